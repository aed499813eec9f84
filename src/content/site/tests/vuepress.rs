//! What `VuePress` publishes, and where.

use super::*;

const SECOND: &str = "import { defineUserConfig } from 'vuepress'\nexport default defineUserConfig({\n";

#[test]
fn pages_of_the_second_version_have_clean_names() {
    let config = format!(
        "{SECOND}base: '/b/',\npagePatterns: ['**/*.md', '!**/*.skip.md', '!.vuepress'],\npermalinkPattern: null,\n}})"
    );
    check_site(
        &[
            ("docs/.vuepress/config.ts", &config),
            ("docs/README.md", "title: 首页"),
            ("docs/刀/磨#400.md", "title: 磨"),
            ("docs/_in.md", "title: 内"),
            ("docs/a/index.md", "title: 甲"),
            ("docs/a/ReadMe.md", "title: 甲"),
            ("docs/a.skip.md", "title: 跳"),
            ("docs/p.md", "permalink: /x/豆浆/"),
            ("docs/2021-03-04-w.md", "permalinkPattern: ':year/:month/:day/:slug.html'"),
        ],
        "docs",
        &[
            ("README.md", "/b/"),
            ("刀/磨#400.md", "/b/刀/磨_400.html"),
            ("_in.md", "/b/in.html"),
            ("a/index.md", "/b/a/"),
            ("a/ReadMe.md", "/b/a/"),
            ("a.skip.md", "excluded"),
            ("p.md", "/b/x/豆浆/"),
            ("2021-03-04-w.md", "/b/2021/03/04/w.html"),
        ],
    );
}

#[test]
fn pages_of_the_first_version_have_a_final_slash_with_a_permalink() {
    check_site(
        &[
            ("docs/.vuepress/config.js", "module.exports = { base: '/', themeConfig: { sidebar: 'auto' } }"),
            ("docs/INDEX.md", "title: 首页"),
            ("docs/_in.md", "title: 内"),
            ("docs/p.md", "permalink: /x/y"),
            ("docs/2020-06-21-Xia Zhi.md", "permalink: /:year/:i_month/:slug"),
        ],
        "docs",
        &[("INDEX.md", "/"), ("_in.md", "/_in.html"), ("p.md", "/x/y/"), ("2020-06-21-Xia Zhi.md", "/2020/6/xia-zhi/")],
    );
}

#[test]
fn pages_that_a_theme_encrypts_are_hidden() {
    let config = format!("{SECOND}theme: hopeTheme({{ encrypt: {{ config: {{ '/secret/': ['1234'] }} }} }}),\n}})");
    check_site(
        &[("docs/.vuepress/config.ts", &config), ("docs/secret/a.md", "title: 密"), ("docs/a.md", "title: 甲")],
        "docs",
        &[("secret/a.md", "encrypted"), ("a.md", "/a.html")],
    );
}

#[test]
fn the_version_is_that_of_the_packages() {
    for (version, url) in [("^1.9.10", "/_a.html"), ("2.0.0-rc.30", "/a.html"), ("next", "/a.html")] {
        let packages = format!("{{\"devDependencies\": {{\"vuepress\": \"{version}\"}}}}");
        check_site(
            &[
                ("package.json", &packages),
                ("docs/.vuepress/config.js", "module.exports = {}"),
                ("docs/_a.md", "title: 甲"),
            ],
            "docs",
            &[("_a.md", url)],
        );
    }
}
