//! The running service sees what an author does, within a moment.

use std::fs;

use crate::harness::{Blog, Service, eventually};

/// A service over two posts that has seen everything.
fn running() -> (Blog, Service) {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。").titled("2022/b.md", "乙", "湖边野餐。");
    let service = blog.serve(&[]);
    service.soon_finds("包裹", &["a"]);
    (blog, service)
}

#[test]
fn a_new_post_appears() {
    let (blog, service) = running();
    let _blog = blog.titled("c.md", "丙", "包裹到了。");
    service.soon_finds("包裹", &["a", "c"]);
}

#[test]
fn an_edit_appears() {
    let (blog, service) = running();
    let _blog = blog.edit("2022/b.md", "湖边", "包裹");
    service.soon_finds("包裹", &["a", "2022/b"]);
    service.soon_finds("湖边", &[]);
}

#[test]
fn a_renamed_post_has_its_new_name() {
    let (blog, service) = running();
    let _blog = blog.rename("a.md", "2022/c.md");
    service.soon_finds("包裹", &["2022/c"]);
}

#[test]
fn a_deleted_post_goes() {
    let (blog, service) = running();
    let _blog = blog.delete("a.md");
    service.soon_finds("包裹", &[]);
}

#[test]
fn a_moved_folder_takes_its_posts_along_and_is_followed() {
    let (blog, service) = running();
    let blog = blog.rename("2022", "archive");
    service.soon_finds("野餐", &["archive/b"]);
    // What happens in the folder under its new name is seen too.
    let blog = blog.titled("archive/c.md", "丙", "山顶野餐。");
    service.soon_finds("野餐", &["archive/b", "archive/c"]);
    // A folder that is made again under the old name is another.
    let _blog = blog.titled("2022/d.md", "丁", "河边野餐。");
    service.soon_finds("野餐", &["archive/b", "archive/c", "2022/d"]);
}

#[test]
fn a_file_written_aside_and_renamed_into_place_is_seen() {
    let (blog, service) = running();
    for (round, name) in ["c.md.tmp", ".c.md.swp", "4913"].into_iter().enumerate() {
        fs::write(blog.path(name), format!("---\ntitle: 丙\n---\n第{round}版机票。\n")).unwrap();
        fs::rename(blog.path(name), blog.path("c.md")).unwrap();
        service.soon_finds(&format!("第{round}版机票"), &["c"]);
    }
}

#[test]
fn a_folder_moved_in_from_elsewhere_is_seen() {
    let (blog, service) = running();
    let aside = blog.home().join("aside/deep");
    fs::create_dir_all(&aside).unwrap();
    fs::write(aside.join("c.md"), "机票退款。").unwrap();
    fs::rename(blog.home().join("aside"), blog.path("moved")).unwrap();
    service.soon_finds("机票", &["moved/deep/c"]);
    fs::rename(blog.path("moved"), blog.home().join("aside")).unwrap();
    service.soon_finds("机票", &[]);
}

#[test]
fn posts_in_new_nested_folders_appear() {
    let (blog, service) = running();
    let blog = blog.titled("x/y/z/c.md", "丙", "机票退款。");
    service.soon_finds("机票", &["x/y/z/c"]);
    let _blog = blog.titled("x/y/d.md", "丁", "机票改签。").titled("x/new/e.md", "戊", "机票。");
    service.soon_finds("机票", &["x/y/z/c", "x/y/d", "x/new/e"]);
}

#[test]
fn drafts_and_hidden_folders_stay_out() {
    let (blog, service) = running();
    let blog =
        blog.titled("_drafts/c.md", "丙", "包裹。").titled(".git/d.md", "丁", "包裹。").titled(".e.md", "戊", "包裹。");
    // What comes last is seen last.
    let blog = blog.titled("f.md", "己", "包裹到了。");
    service.soon_finds("包裹", &["a", "f"]);
    let _blog = blog.rename("_drafts/c.md", "c.md");
    service.soon_finds("包裹", &["a", "c", "f"]);
}

#[test]
fn a_post_that_becomes_a_draft_goes() {
    let (blog, service) = running();
    let _blog = blog.edit("a.md", "title: 甲", "title: 甲\ndraft: true");
    service.soon_finds("包裹", &[]);
}

#[test]
fn a_post_that_breaks_keeps_its_last_good_version_and_the_status_says_so() {
    let (blog, service) = running();
    let _blog = blog.edit("a.md", "title: 甲", "title: [甲");
    let status = eventually(|| match service.status() {
        status if status["files"]["stale"] == 1 => Ok(status),
        status => Err(status.to_string()),
    });
    assert_eq!(status["diagnostics"][0]["path"], "a.md");
    assert_eq!(service.search("包裹"), ["a"]);
}

#[test]
fn a_burst_of_two_thousand_files_is_seen_whole() {
    let (mut blog, service) = running();
    for i in 0..2_000 {
        blog = blog.titled(&format!("burst/{}/{i}.md", i % 20), "通报", &format!("编号{i}的快递。"));
    }
    let total = |expected: u64| {
        eventually(|| {
            let found = service.get("/api/search?limit=0&q=%E5%BF%AB%E9%80%92").json()["total"].as_u64();
            if found == Some(expected) { Ok(()) } else { Err(format!("{found:?} of {expected}")) }
        });
    };
    total(2_000);
    let _blog = blog.delete("burst");
    total(0);
}

#[test]
fn a_posts_folder_that_is_replaced_is_followed() {
    let (blog, service) = running();
    fs::rename(blog.path(""), blog.home().join("old")).unwrap();
    fs::create_dir(blog.path("")).unwrap();
    let blog = blog.titled("c.md", "丙", "机票退款。");
    service.soon_finds("机票", &["c"]);
    service.soon_finds("包裹", &[]);
    let _blog = blog.titled("d.md", "丁", "机票改签。");
    service.soon_finds("机票", &["c", "d"]);
}

#[test]
fn a_changed_configuration_counts_without_a_restart() {
    let blog = Blog::new()
        .post("kefu.md", "---\ntitle: 客服\n---\n押金。\n")
        .beside("anli.yaml", "site:\n  permalink: /a/:title/\n");
    let service = blog.serve(&[]);
    let url = || service.get("/api/search?q=%E6%8A%BC%E9%87%91").json()["hits"][0]["url"].clone();
    let before = url();
    assert!(before.as_str().unwrap().starts_with("/a/"), "{before}");
    let blog = blog.beside("anli.yaml", "site:\n  permalink: /b/:title/\n");
    let soon = |start: &str| {
        eventually(|| match url() {
            url if url.as_str().is_some_and(|url| url.starts_with(start)) => Ok(()),
            other => Err(other.to_string()),
        });
    };
    soon("/b/");
    // A broken one leaves the old in use.
    let blog = blog.beside("anli.yaml", "site: [\n");
    eventually(|| if service.log().contains("anli.yaml:") { Ok(()) } else { Err(service.log()) });
    assert!(url().as_str().unwrap().starts_with("/b/"));
    let _blog = blog.beside("anli.yaml", "site:\n  permalink: /c/:title/\n");
    soon("/c/");
}

#[test]
fn a_linked_post_changes_with_the_file_it_leads_to() {
    let (blog, service) = running();
    let blog = blog.link("l.md", "a.md");
    service.soon_finds("包裹", &["a", "l"]);
    // The link is known to lead there once the whole folder was compared; a restart does that.
    drop(service);
    let service = blog.serve(&[]);
    service.soon_finds("包裹", &["a", "l"]);
    let _blog = blog.edit("a.md", "包裹", "雨伞");
    service.soon_finds("雨伞", &["a", "l"]);
}

#[test]
fn files_in_many_new_folders_are_seen_again_when_they_change() {
    let (blog, service) = running();
    for i in 0..150 {
        fs::create_dir_all(blog.path(&format!("n/{i}/b"))).unwrap();
        fs::write(blog.path(&format!("n/{i}/b/one.md")), "# 一\n\n雪人。\n").unwrap();
    }
    eventually(|| {
        let total = service.get("/api/search?q=%E9%9B%AA%E4%BA%BA&limit=1").json()["total"].as_u64();
        if total == Some(150) { Ok(()) } else { Err(format!("{total:?} of 150 found")) }
    });
    for i in 0..150 {
        fs::write(blog.path(&format!("n/{i}/b/two.md")), "# 二\n\n雪橇。\n").unwrap();
    }
    eventually(|| {
        let total = service.get("/api/search?q=%E9%9B%AA%E6%A9%87&limit=1").json()["total"].as_u64();
        if total == Some(150) { Ok(()) } else { Err(format!("{total:?} of 150 found")) }
    });
}

#[test]
fn a_half_saved_site_configuration_changes_no_address() {
    let blog = Blog::new()
        .titled("a.md", "甲", "包裹丢了。")
        .beside("_config.yml", "url: https://example.test\npermalink: /x/:title/\n");
    let service = blog.serve(&[]);
    service.soon_finds("包裹", &["a"]);
    let url = || service.get("/api/posts/a").json()["url"].as_str().unwrap_or_default().to_owned();
    let before = url();
    assert!(before.starts_with("https://example.test/"), "{before}");
    let blog = blog.beside("_config.yml", "url: https://example.test\npermalink: [\n");
    eventually(|| {
        let said = service.status()["diagnostics"].to_string();
        if said.contains("site-config-invalid") { Ok(()) } else { Err(said) }
    });
    let _blog = blog.edit("a.md", "包裹", "雨伞");
    service.soon_finds("雨伞", &["a"]);
    assert_eq!(url(), before);
}

#[test]
fn a_deleted_index_is_built_again() {
    let (blog, service) = running();
    fs::remove_dir_all(blog.home().join("index")).unwrap();
    let _blog = blog.edit("a.md", "包裹", "雨伞");
    // Until then the last snapshot answers.
    assert_eq!(service.search("野餐"), ["2022/b"]);
    service.soon_finds("雨伞", &["a"]);
    service.soon_finds("野餐", &["2022/b"]);
}

#[test]
fn a_folder_that_is_away_keeps_its_posts_and_comes_back() {
    let (blog, service) = running();
    fs::rename(blog.path(""), blog.home().join("away")).unwrap();
    let failure = |words: &str| {
        eventually(|| {
            let said = service.status()["failure"].to_string();
            if said.contains(words) { Ok(()) } else { Err(said) }
        });
    };
    failure("cannot read the posts folder");
    assert_eq!(service.search("包裹"), ["a"]);
    // The place of a disk that is not mounted.
    fs::create_dir(blog.path("")).unwrap();
    failure("is empty");
    assert_eq!(service.search("包裹"), ["a"]);
    fs::remove_dir(blog.path("")).unwrap();
    fs::write(blog.home().join("away/a.md"), "包裹还在。").unwrap();
    fs::write(blog.home().join("away/c.md"), "机票退款。").unwrap();
    fs::rename(blog.home().join("away"), blog.path("")).unwrap();
    service.soon_finds("机票", &["c"]);
    service.soon_finds("包裹还在", &["a"]);
    let _blog = blog.edit("c.md", "机票", "车票");
    service.soon_finds("车票", &["c"]);
}

#[test]
fn a_folder_that_was_emptied_is_empty() {
    let (blog, service) = running();
    let _blog = blog.delete("a.md").delete("2022");
    service.soon_finds("包裹", &[]);
    service.soon_finds("野餐", &[]);
}

#[test]
#[cfg(unix)]
fn a_folder_that_a_link_leads_to_is_followed_when_the_link_is_switched() {
    let (blog, service) = running();
    let release = |name: &str| blog.home().join(name);
    fs::rename(blog.path(""), release("one")).unwrap();
    fs::create_dir(release("two")).unwrap();
    fs::write(release("two").join("c.md"), "机票退款。").unwrap();
    let posts = blog.home().join("posts");
    std::os::unix::fs::symlink("two", &posts).unwrap();
    service.soon_finds("机票", &["c"]);
    service.soon_finds("包裹", &[]);
    fs::write(blog.path("d.md"), "机票改签。").unwrap();
    service.soon_finds("机票", &["c", "d"]);
    // As releases are switched: a new link, renamed over the old.
    let aside = blog.home().join("aside");
    std::os::unix::fs::symlink("one", &aside).unwrap();
    fs::rename(aside, &posts).unwrap();
    service.soon_finds("包裹", &["a"]);
    service.soon_finds("机票", &[]);
    fs::write(blog.path("e.md"), "包裹到了。").unwrap();
    service.soon_finds("包裹", &["a", "e"]);
}

#[test]
#[cfg(unix)]
fn a_link_that_leads_nowhere_is_said_and_its_posts_stay() {
    let (blog, service) = running();
    let (posts, one) = (blog.home().join("posts"), blog.home().join("one"));
    fs::rename(&posts, &one).unwrap();
    std::os::unix::fs::symlink("one", &posts).unwrap();
    service.soon_finds("包裹", &["a"]);
    drop(service);
    let service = blog.serve(&[]);
    fs::remove_file(&posts).unwrap();
    std::os::unix::fs::symlink("nowhere", &posts).unwrap();
    fs::write(one.join("c.md"), "机票退款。").unwrap();
    eventually(|| match service.readiness() {
        (200, body) if body["why"].as_str().is_some_and(|why| why.contains("posts folder")) => Ok(()),
        other => Err(format!("{other:?}")),
    });
    assert_eq!((service.search("包裹"), service.search("机票")), (vec!["a".to_owned()], vec![]));
    fs::remove_file(&posts).unwrap();
    std::os::unix::fs::symlink("one", &posts).unwrap();
    service.soon_finds("机票", &["c"]);
    eventually(|| match service.readiness() {
        (200, body) if body["status"] == "ok" => Ok(()),
        other => Err(format!("{other:?}")),
    });
}

#[test]
fn settings_that_cannot_be_read_are_told_of_until_they_can() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。").beside("anli.yaml", "site:\n  permalink: /a/:title/\n");
    let service = blog.serve(&[]);
    let url = |expected: &str| {
        eventually(|| match service.get("/api/posts/a").json()["url"].as_str() {
            Some(url) if url.starts_with(expected) => Ok(()),
            other => Err(format!("{other:?}")),
        });
    };
    url("/a/");
    let blog = blog.beside("anli.yaml", "site:\n  permalink: [\n");
    let said = eventually(|| match service.status()["settings_unread"].as_str() {
        Some(said) => Ok(said.to_owned()),
        None => Err(service.status().to_string()),
    });
    assert!(said.contains("anli.yaml") && !said.contains(blog.home().to_str().unwrap()), "{said}");
    assert_eq!(service.status()["settled"], false);
    let why = service.readiness().1["why"].to_string();
    assert!(why.contains("changed settings are not seen"), "{why}");
    url("/a/");
    let _blog = blog.beside("anli.yaml", "site:\n  permalink: /b/:title/\n");
    url("/b/");
    assert_eq!(service.status()["settings_unread"], serde_json::Value::Null);
    assert_eq!(service.log().matches("the settings in use stay").count(), 1, "{}", service.log());
}

#[test]
fn settings_that_take_a_new_start_are_named_and_stay() {
    let blog = Blog::new().titled("a.md", "甲", "网上刷单返利。").beside("anli.yaml", "words: []\n");
    let service = blog.serve(&[]);
    let _blog = blog.beside("anli.yaml", "posts: elsewhere\nlisten: 127.0.0.1:1\nwords: [刷单返利]\n");
    let said = eventually(|| {
        let log = service.log();
        let line = log.lines().find(|line| line.contains("takes a new start"));
        line.map(str::to_owned).ok_or_else(|| log.clone())
    });
    assert!(said.contains("`posts`, `listen`") && !said.contains("`index`"), "{said}");
    assert_eq!(service.status()["files"]["total"], 1);
}

#[test]
fn a_file_that_is_written_without_an_end_is_picked_up() {
    use std::io::Write as _;
    let (blog, service) = running();
    let mut file = fs::File::create(blog.path("c.md")).unwrap();
    file.write_all("机票退款。\n\n".as_bytes()).unwrap();
    eventually(|| {
        file.write_all("又是一句。\n".as_bytes()).unwrap();
        if service.search("机票退款") == ["c"] { Ok(()) } else { Err("it is not found".to_owned()) }
    });
}

#[test]
fn changes_are_seen_without_events_and_settings_too() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。").beside("anli.yaml", "site:\n  permalink: /a/:title/\n");
    let service = blog.serve(&["--watch", "polling"]);
    service.soon_finds("包裹", &["a"]);
    assert_eq!(service.status()["watcher"]["kind"], "polling", "{}", service.status());
    let blog = blog.edit("a.md", "包裹", "雨伞").titled("b/c.md", "丙", "雨伞还了。");
    service.soon_finds("雨伞", &["a", "b/c"]);
    let blog = blog.delete("b");
    service.soon_finds("雨伞", &["a"]);
    let _blog = blog.beside("anli.yaml", "site:\n  permalink: /b/:title/\n");
    eventually(|| match service.get("/api/posts/a").json()["url"].as_str() {
        Some(url) if url.starts_with("/b/") => Ok(()),
        other => Err(format!("{other:?}")),
    });
}

#[test]
#[cfg(unix)]
fn a_linked_folder_takes_nothing_from_the_one_it_leads_to() {
    let (blog, service) = running();
    let blog = blog.link("again", "2022");
    service.soon_finds("野餐", &["2022/b", "again/b"]);
    let blog = blog.edit("2022/b.md", "野餐", "露营");
    service.soon_finds("露营", &["2022/b", "again/b"]);
    let _blog = blog.titled("2022/c.md", "丙", "露营地。");
    service.soon_finds("露营", &["2022/b", "again/b", "2022/c", "again/c"]);
}
