export default {
  lang: 'zh-CN',
  title: '木工手记',
  srcDir: './内容',
  cleanUrls: true,
  base: '/wood/',
  ignoreDeadLinks: true,
  srcExclude: ['**/草稿/**'],
  rewrites: {
    'README.md': 'index.md',
    ':dir(.*)/README.md': ':dir/index.md'
  },
  markdown: {
    attrs: { disable: true },
    toc: { level: [2] }
  }
}
