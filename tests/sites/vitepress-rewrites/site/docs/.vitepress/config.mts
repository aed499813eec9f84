import { defineConfig } from 'vitepress'

export default defineConfig({
  title: '前端小站',
  cleanUrls: true,
  srcDir: '.',
  ignoreDeadLinks: true,
  rewrites: {
    'packages/:pkg/src/:slug*': ':pkg/:slug*',
    '笔记/2023-旧名.md': 'notes/renamed.md'
  },
  srcExclude: ['node_modules/**', 'CHANGELOG.md'],
  locales: {
    root: { label: '简体中文', lang: 'zh-CN' },
    en: { label: 'English', lang: 'en' }
  },
  markdown: {
    anchor: { level: [2, 3] },
    typographer: true
  }
})
