import { viteBundler } from '@vuepress/bundler-vite'
import { defaultTheme } from '@vuepress/theme-default'

export default {
  base: '/cookbook/',
  lang: 'zh-CN',
  title: '小灶',
  description: '一个人的厨房',
  pagePatterns: ['**/*.md', '!**/*.skip.md', '!.vuepress', '!node_modules'],
  bundler: viteBundler(),
  theme: defaultTheme({
    navbar: ['/', '/dishes/'],
    sidebar: 'heading',
    contributors: false,
    lastUpdated: false,
    editLink: false
  })
}
