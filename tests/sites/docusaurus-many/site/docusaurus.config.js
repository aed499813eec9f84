module.exports = {
  title: '积木工作室',
  url: 'https://bricks.example.cn',
  baseUrl: '/',
  onBrokenLinks: 'ignore',
  onBrokenAnchors: 'ignore',
  markdown: { format: 'detect', anchors: { maintainCase: true } },
  i18n: { defaultLocale: 'zh-Hans', locales: ['zh-Hans'] },
  presets: [
    ['classic', { docs: { sidebarPath: undefined }, blog: { routeBasePath: '/', onUntruncatedBlogPosts: 'ignore' } }],
  ],
  plugins: [
    ['@docusaurus/plugin-content-docs', { id: 'faq', path: 'faq', routeBasePath: '常见问题' }],
  ],
};
