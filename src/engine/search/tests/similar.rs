//! Posts that share the most informative words of a post.

use super::{Posts, post, put};
use crate::{
    engine::search::similar,
    post::{FrontMatter, PostId},
};

#[track_caller]
fn check(posts: &Posts, id: &str, limit: usize, total: usize, expected: &[&str]) {
    let commit = posts.engine.commit();
    let hits = similar(&commit, &PostId::from(id.to_owned()), limit).unwrap().unwrap();
    let ids: Vec<&str> = hits.hits.iter().map(|hit| hit.id.as_str()).collect();
    assert_eq!((hits.total, ids.as_slice()), (total, expected), "{id}");
}

#[test]
fn the_post_that_shares_most_comes_first() {
    let posts = Posts::of(&[
        ("own", "扎风筝", "竹篾削匀，桑皮纸糊面，骨架用棉线扎紧。"),
        ("near", "糊灯笼", "竹篾弯成骨架，桑皮纸糊面，棉线扎紧。"),
        ("less", "编竹篮", "竹篾削匀，骨架先扎底，再用棉线收口。"),
        ("other", "煮面", "水开下面，加一勺盐。"),
    ]);
    check(&posts, "own", 10, 2, &["near", "less"]);
    check(&posts, "own", 1, 2, &["near"]);
    check(&posts, "own", 0, 2, &[]);
    check(&posts, "other", 10, 0, &[]);
}

#[test]
fn a_few_shared_words_are_not_enough() {
    // Three words of many are shared, but most of the weight is not.
    let own =
        "竹篾削匀，桑皮纸糊面，骨架用棉线扎紧，尾巴系上布条，颜料画出翅膀，剪刀修齐毛边，浆糊晾到半干，线轴握在手里。";
    let posts = Posts::of(&[
        ("own", "扎风筝", own),
        ("two", "厨房", "剪刀和浆糊放在抽屉。"),
        ("three", "课堂", "剪刀、浆糊、颜料、翅膀。"),
        ("none", "煮面", "水开下面。"),
    ]);
    check(&posts, "own", 10, 1, &["three"]);
}

#[test]
fn a_post_of_few_words_needs_all_of_them() {
    let posts = Posts::of(&[("own", "竹篾", "骨架。"), ("both", "灯", "竹篾骨架。"), ("one", "篮", "竹篾。")]);
    check(&posts, "own", 10, 1, &["both"]);
}

#[test]
fn numbers_do_not_make_posts_alike_and_words_of_letters_do() {
    let posts = Posts::of(&[
        ("own", "甲", "linux kernel module 1024 2048 4096"),
        ("letters", "乙", "kernel module on linux"),
        ("numbers", "丙", "1024 2048 4096"),
    ]);
    check(&posts, "own", 10, 1, &["letters"]);
}

#[test]
fn what_is_unknown_or_deleted_is_not_similar() {
    let kite = |id| post(id, "扎风筝", "竹篾削匀，桑皮纸糊面，骨架用棉线扎紧。");
    let posts = Posts::written_by(|indexer| {
        put(indexer, &[kite("own"), kite("gone"), kite("left")]);
        indexer.commit().unwrap();
        indexer.remove("gone.md").unwrap();
        indexer.commit().unwrap();
    });
    check(&posts, "own", 10, 1, &["left"]);
    let commit = posts.engine.commit();
    assert_eq!(similar(&commit, &PostId::from("gone".to_owned()), 10).unwrap(), None);
}

#[test]
fn equally_similar_posts_have_one_order_and_tags_count_as_text() {
    let kite = |id| post(id, "扎风筝", "竹篾削匀，桑皮纸糊面，骨架用棉线扎紧。");
    let mut tagged = post("tagged", "甲", "无关。");
    let tags = ["竹篾", "桑皮纸", "骨架", "棉线"].map(str::to_owned).to_vec();
    tagged.front = FrontMatter { tags, ..FrontMatter::default() };
    let order = |commits: &[&[crate::post::Post]]| {
        let posts = Posts::of_commits(commits);
        let commit = posts.engine.commit();
        let hits = similar(&commit, &PostId::from("own".to_owned()), 10).unwrap().unwrap();
        hits.hits.iter().map(|hit| hit.id.to_string()).collect::<Vec<_>>()
    };
    let (one, other, tagged) = (kite("one"), kite("other"), tagged);
    let together = order(&[&[kite("own"), one.clone(), other.clone(), tagged.clone()]]);
    let apart = order(&[&[other, tagged], &[one], &[kite("own")]]);
    assert_eq!(together, apart);
    assert_eq!(together.len(), 3, "{together:?}");
}
