//! The file system of a folder, and whether events report changes made by other machines there.

use std::path::{Path, PathBuf};

/// File systems on which other machines change files without an event here: networks, and folders shared with a host.
const SHARED: &str = "9p afs beegfs ceph cifs coda fakeowner gfs2 glusterfs lustre ncpfs nfs nfs3 nfs4 ocfs2 orangefs \
    prl_fs smb3 smbfs vboxsf virtiofs vmhgfs wslfs";

/// The list of all mounts, in the format of Linux.
const MOUNTS: &str = "/proc/self/mountinfo";

/// Returns why events may miss changes in a folder, in words; `None` if they should not.
pub(super) fn shared(folder: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string(MOUNTS).ok()?;
    of_mounts(&mounts, folder).map(|kind| {
        format!("the folder, or a part of it, lies on `{kind}`, where what other machines change is not told of")
    })
}

/// Returns the mounts below a folder, each as an id and a path; nothing if the list of mounts cannot be read.
pub(super) fn mounts_below(folder: &Path) -> Vec<String> {
    below(&std::fs::read_to_string(MOUNTS).unwrap_or_default(), folder)
}

/// Returns id and path of each mount below a folder from a list of mounts.
fn below(mounts: &str, folder: &Path) -> Vec<String> {
    let place = |line: &str| {
        let place = plain(line.split(' ').nth(4)?);
        Path::new(&place).strip_prefix(folder).is_ok_and(|rest| rest != Path::new("")).then_some(place)
    };
    let number = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    mounts.lines().filter_map(|line| Some(format!("{} {}", number(line), place(line)?))).collect()
}

/// Returns the kind of the shared file system on which a folder or a part of it lies, from a list of mounts.
fn of_mounts<'a>(mounts: &'a str, folder: &Path) -> Option<&'a str> {
    let mut on: Option<(PathBuf, &str)> = None;
    let mut below: Vec<(PathBuf, &str)> = Vec::new();
    for line in mounts.lines() {
        let mut parts = line.split(' ');
        let (Some(place), Some(kind)) = (parts.nth(4), parts.skip_while(|&part| part != "-").nth(1)) else { continue };
        let place = PathBuf::from(plain(place));
        if folder.starts_with(&place) {
            // Of two mounts at one path, the later covers the earlier.
            if on.as_ref().is_none_or(|(held, _)| place.starts_with(held)) {
                on = Some((place, kind));
            }
        } else if place.starts_with(folder) {
            below.retain(|(held, _)| *held != place);
            below.push((place, kind));
        }
    }
    let is_shared = |kind: &&str| kind.starts_with("fuse.") || SHARED.split(' ').any(|shared| shared == *kind);
    on.into_iter().chain(below).map(|(_, kind)| kind).find(is_shared)
}

/// Replaces the escapes in a path of the list: a blank is written `\040`.
fn plain(path: &str) -> String {
    let escapes = [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")];
    escapes.iter().fold(path.to_owned(), |path, (escape, meant)| path.replace(escape, meant))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
23 22 0:21 / /proc rw shared:3 - proc proc rw
30 22 0:40 / /srv/site\\040one rw - nfs4 nas:/site rw,vers=4.2
31 22 0:41 / /home/me/blog/posts/shared rw - fuse.sshfs me@far: rw
32 22 0:42 / /mnt/twice rw - cifs //nas/a rw
33 32 254:1 / /mnt/twice rw - ext4 /dev/vdb rw
34 22 254:2 / /mnt/usb rw - fuseblk /dev/sda1 rw
nonsense
";

    #[track_caller]
    fn check(folder: &str, expected: Option<&str>) {
        assert_eq!(of_mounts(LIST, Path::new(folder)), expected, "{folder}");
    }

    #[test]
    fn a_folder_on_a_network_is_told_from_one_on_a_disk() {
        check("/home/me/other", None);
        check("/srv/site one/posts", Some("nfs4"));
        check("/srv/site one", Some("nfs4"));
        check("/srv/site", None);
        check("/mnt/usb/posts", None);
    }

    #[test]
    fn a_part_on_a_network_counts_and_a_place_beside_does_not() {
        check("/home/me/blog/posts", Some("fuse.sshfs"));
        check("/home/me/blog/posts/own", None);
    }

    #[test]
    fn what_is_mounted_below_a_folder_is_told_by_number_and_place() {
        assert_eq!(below(LIST, Path::new("/srv")), ["30 /srv/site one"]);
        assert_eq!(below(LIST, Path::new("/mnt")), ["32 /mnt/twice", "33 /mnt/twice", "34 /mnt/usb"]);
        assert_eq!(below(LIST, Path::new("/mnt/usb")), [""; 0]);
        assert_eq!(below("", Path::new("/")), [""; 0]);
    }

    #[test]
    fn of_two_on_one_place_the_later_counts() {
        check("/mnt/twice/posts", None);
    }
}
