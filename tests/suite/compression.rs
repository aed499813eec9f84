//! Stored posts are compressed with a dictionary of what the posts of a folder have in common.

use std::{fs, path::PathBuf};

use anli::engine::{Engine, verify};

use crate::harness::Blog;

/// Posts enough for a dictionary: the log of a nursery of trees. Every third is a draft, with words of its own.
fn nursery() -> Blog {
    let trees = ["银杏", "乌桕", "红豆杉", "水杉", "黄连木", "七叶树", "楸树"];
    let works = ["浇透定根水", "剪去徒长枝", "松土并施饼肥", "覆盖稻草保墒", "逐株系上标牌"];
    (0..240).fold(Blog::new(), |blog, i| {
        let (tree, work) = (trees[i % trees.len()], works[i / 3 % works.len()]);
        let draft = i % 3 == 2;
        let whose = if draft { "未公开的采购底价" } else { "苗圃对外公布的记录" };
        let line = format!("{whose}，第{i}畦{tree}今日{work}，成活率统计见附表，负责人签字后归档。\n\n");
        let title = format!("{tree}养护第{i}号");
        blog.post(&format!("{i}.md"), &format!("---\ntitle: {title}\ndraft: {draft}\n---\n{}", line.repeat(34)))
    })
}

/// The file with the dictionary of the generation in use.
fn dictionary(blog: &Blog) -> PathBuf {
    let name = fs::read_to_string(blog.index().join("current")).unwrap();
    blog.index().join(name.trim()).join("dictionary")
}

#[track_caller]
fn is_sound(blog: &Blog) {
    let (verified, searcher) = verify(&blog.index()).unwrap();
    assert_eq!(verified.damages, []);
    assert!(searcher.is_some() && verified.documents > 200, "{verified:?}");
}

#[test]
fn an_index_with_a_dictionary_gives_its_posts_and_is_kept_up_to_date() {
    let blog = nursery().refresh();
    let bytes = fs::read(dictionary(&blog)).unwrap();
    let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("苗圃") && !has("未公开"), "the text of a hidden post never reaches the index");
    is_sound(&blog);
    assert_eq!(blog.truth(), blog.truth_elsewhere());
    let blog =
        blog.edit("0.md", "银杏", "银杏与海棠").delete("1.md").titled("new.md", "香樟", "新到一批香樟。").refresh();
    blog.search("海棠").finds(&["0"]);
    blog.search("香樟").finds(&["new"]);
    assert_eq!(blog.truth(), Some(blog.truth_anew()));
    let blog = blog.close().refresh();
    assert_eq!((blog.rebuilt(), blog.report().put), (None, 0));
    assert_eq!(fs::read(dictionary(&blog)).unwrap(), bytes, "it never changes");
    is_sound(&blog);
}

#[test]
fn a_small_site_has_no_dictionary() {
    let blog = Blog::new().titled("a.md", "苗圃", "银杏今日浇水。").refresh().close();
    assert!(!dictionary(&blog).exists());
    blog.refresh().search("浇水").finds(&["a"]);
}

#[test]
fn a_folder_that_was_empty_at_first_gets_a_dictionary() {
    let blog = nursery();
    let (posts, away) = (blog.path(""), blog.home().join("away"));
    fs::rename(&posts, &away).unwrap();
    fs::create_dir(&posts).unwrap();
    let blog = blog.refresh();
    assert!(!dictionary(&blog).exists());
    fs::remove_dir(&posts).unwrap();
    fs::rename(&away, &posts).unwrap();
    let reader = Engine::open(&blog.index()).unwrap();
    let blog = blog.refresh();
    assert!(dictionary(&blog).exists());
    reader.reload().unwrap();
    assert!(reader.searcher().unwrap().post(&"0".to_owned().into()).unwrap().is_some());
    is_sound(&blog);
}

#[test]
fn a_lost_or_changed_dictionary_is_damage() {
    let mut blog = nursery().refresh();
    let truth = blog.truth();
    let damages: [fn(&PathBuf); 4] = [
        |file| fs::remove_file(file).unwrap(),
        |file| fs::write(file, "").unwrap(),
        |file| {
            let mut bytes = fs::read(file).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(file, bytes).unwrap();
        },
        |file| {
            fs::remove_file(file).unwrap();
            fs::create_dir(file).unwrap();
        },
    ];
    for (at, damage) in damages.into_iter().enumerate() {
        let file = dictionary(&blog);
        if at == 0 {
            damage(&file);
            assert!(blog.engine().look_after().is_err() && blog.engine().examine().is_err());
            blog = blog.close();
        } else {
            blog = blog.close();
            damage(&file);
        }
        let found = verify(&blog.index()).unwrap().0.damages;
        assert_eq!(found.iter().map(|damage| damage.file.as_str()).collect::<Vec<_>>(), ["dictionary"], "{at}");
        blog.run(&["search", "银杏"]).fails("`dictionary`").tells("help: build it anew with `anli index --rebuild`");
        blog = blog.refresh();
        assert!(blog.rebuilt().is_some_and(|why| why.contains("`dictionary`")), "{at}: {:?}", blog.rebuilt());
        assert_eq!(blog.truth(), truth, "{at}");
    }
    is_sound(&blog);
}
