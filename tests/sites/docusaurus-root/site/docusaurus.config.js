module.exports = {
  title: '鸟类观察手册',
  url: 'https://birds.example.cn',
  baseUrl: '/',
  trailingSlash: true,
  onBrokenLinks: 'ignore',
  onBrokenAnchors: 'ignore',
  markdown: { format: 'detect' },
  i18n: { defaultLocale: 'zh-Hans', locales: ['zh-Hans'] },
  presets: [
    ['classic', {
      docs: { path: 'handbook', routeBasePath: '/', numberPrefixParser: false },
      blog: false,
    }],
  ],
};
