import { themes as prismThemes } from 'prism-react-renderer';

/** @type {import('@docusaurus/types').Config} */
const config = {
  title: '小河物联网平台',
  tagline: '让水表自己说话',
  url: 'https://iot.example.cn',
  baseUrl: '/platform/',
  trailingSlash: false,
  onBrokenLinks: 'ignore',
  onBrokenAnchors: 'ignore',
  future: { v4: false },
  markdown: { hooks: { onBrokenMarkdownLinks: 'ignore', onBrokenMarkdownImages: 'ignore' } },
  i18n: { defaultLocale: 'zh-Hans', locales: ['zh-Hans'] },
  presets: [
    [
      'classic',
      /** @type {import('@docusaurus/preset-classic').Options} */
      ({
        docs: {
          routeBasePath: '手册',
          sidebarPath: './sidebars.js',
          exclude: ['**/_*.{js,jsx,ts,tsx,md,mdx}', '**/_*/**', '**/internal/**'],
        },
        blog: { routeBasePath: 'news', onInlineAuthors: 'ignore', onUntruncatedBlogPosts: 'ignore' },
        theme: {},
      }),
    ],
  ],
  themeConfig: {
    navbar: { title: '小河', items: [{ type: 'docSidebar', sidebarId: 'main', label: '手册' }] },
    prism: { theme: prismThemes.github },
  },
};

export default config;
