import { defineConfig } from 'vitepress'

export default defineConfig({
  lang: 'zh-CN',
  title: '反诈课堂',
  titleTemplate: ':title · 反诈课堂',
  description: '给社区宣讲员的讲义',
  base: '/fanzha/',
  lastUpdated: false,
  ignoreDeadLinks: true,
  srcExclude: ['**/README.md', 'parts/**', '**/_*.md'],
  markdown: {
    lineNumbers: true,
    math: false,
    container: { tipLabel: '提示', warningLabel: '注意', dangerLabel: '危险' }
  },
  themeConfig: {
    search: { provider: 'local' },
    nav: [{ text: '讲义', link: '/guide/' }],
    sidebar: [
      { text: '入门', items: [{ text: '第一讲（侧栏的名字）', link: '/guide/first' }] }
    ]
  }
})
