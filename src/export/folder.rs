//! Writes files completely or not at all, and a folder of a run, in which only files of earlier runs are replaced.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tempfile::NamedTempFile;
use thiserror::Error;

/// The file that marks a folder as that of a run and lists what the run wrote.
const MARK: &str = "run.json";

/// Why a file or folder cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FolderError {
    /// The operating system reports an error.
    #[error("cannot write {path}: {cause}")]
    Unwritable {
        /// The file or folder.
        path: String,
        /// The error of the operating system.
        cause: io::Error,
    },
    /// A file of this name exists that no run of onpace wrote.
    #[error(
        "{path} exists and was not written by an earlier run, so nothing was written; expected an empty folder or that of an earlier run"
    )]
    InTheWay {
        /// The file.
        path: String,
    },
}

pub(super) fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> FolderError {
    let path = path.display().to_string();
    move |cause| FolderError::Unwritable { path, cause }
}

/// Writes a file: first a temporary file in the same folder, which then replaces it.
///
/// # Errors
/// A folder that is not there or cannot be written to.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    prepare(folder, bytes)
        .and_then(|file| file.persist(path).map(drop).map_err(|error| error.error))
        .map_err(unwritable(path))
}

pub(super) fn prepare(folder: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix(".onpace-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    Ok(file)
}

/// The list that an earlier run left.
#[derive(Debug, Default, Deserialize)]
struct Mark {
    files: Vec<String>,
}

/// A folder for the files of one run.
#[derive(Debug, Clone)]
pub struct OutFolder {
    path: PathBuf,
    earlier: BTreeSet<String>,
}

impl OutFolder {
    /// Looks at a folder before any work is done; it is made if it is not there.
    ///
    /// # Errors
    /// A path that is not a folder or cannot be written to.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        fs::create_dir_all(path).map_err(unwritable(path))?;
        // A file made and removed says more than permissions do.
        prepare(path, b"").map_err(unwritable(path))?;
        let mark = fs::read(path.join(MARK)).ok();
        let earlier: Mark = mark.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let mut earlier: BTreeSet<String> = earlier.files.into_iter().filter(|name| is_plain(name)).collect();
        if !earlier.is_empty() {
            earlier.insert(MARK.to_owned());
        }
        Ok(Self { path: path.to_owned(), earlier })
    }

    /// Writes the files, `run.json` last, and removes what an earlier run wrote and this one did not.
    ///
    /// # Errors
    /// A file in the way that no run wrote, or a system that refuses; all files are on disk under temporary names
    /// before the first takes its place.
    pub fn write(&self, files: &[(String, Vec<u8>)]) -> Result<(), FolderError> {
        for (name, _) in files {
            let path = self.path.join(name);
            if !self.earlier.contains(name) && path.symlink_metadata().is_ok() {
                return Err(FolderError::InTheWay { path: path.display().to_string() });
            }
        }
        let mut ready = Vec::new();
        for (name, bytes) in files {
            let path = self.path.join(name);
            ready.push((prepare(&self.path, bytes).map_err(unwritable(&path))?, path));
        }
        for (file, path) in ready {
            file.persist(&path).map(drop).map_err(|error| error.error).map_err(unwritable(&path))?;
        }
        let now: BTreeSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        for stale in self.earlier.iter().filter(|name| !now.contains(name.as_str())) {
            let path = self.path.join(stale);
            if path.is_file() {
                fs::remove_file(&path).map_err(unwritable(&path))?;
            }
        }
        Ok(())
    }
}

/// A name inside the folder itself: a list that was tampered with removes nothing elsewhere.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && Path::new(name).file_name().is_some_and(|file| file == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_its_own_files_and_never_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let mark = |names: &str| (MARK.to_owned(), format!(r#"{{"files": [{names}]}}"#).into_bytes());
        let first = [
            ("a.csv".to_owned(), b"1".to_vec()),
            ("b.csv".to_owned(), b"2".to_vec()),
            mark(r#""a.csv","b.csv","../c""#),
        ];
        OutFolder::open(&path).unwrap().write(&first).unwrap();
        fs::write(folder.path().join("c"), "mine").unwrap();
        let second = [("a.csv".to_owned(), b"3".to_vec()), mark(r#""a.csv""#)];
        OutFolder::open(&path).unwrap().write(&second).unwrap();
        assert_eq!(fs::read(path.join("a.csv")).unwrap(), b"3");
        assert!(!path.join("b.csv").exists() && folder.path().join("c").exists());
        fs::write(path.join("d.csv"), "mine").unwrap();
        let third = [("a.csv".to_owned(), b"4".to_vec()), ("d.csv".to_owned(), b"5".to_vec()), mark("")];
        assert!(matches!(OutFolder::open(&path).unwrap().write(&third), Err(FolderError::InTheWay { .. })));
        assert_eq!(fs::read(path.join("a.csv")).unwrap(), b"3");
        assert_eq!(fs::read_dir(&path).unwrap().count(), 3);
    }
}
