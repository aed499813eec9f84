module.exports = {
  base: '/',
  locales: { '/': { lang: 'zh-CN', title: '江边气象站', description: '天气与农事' } },
  markdown: { lineNumbers: false },
  themeConfig: { sidebar: 'auto', lastUpdated: false }
}
