//! A JSON document in a private file: its schema number, and the treatment of one that cannot be read.

use super::private_file::PrivateFile;
use crate::domain::problem::{Problem, ProblemCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The schema that is written, and the newest one that is read.
pub const SCHEMA_VERSION: u32 = 1;

/// A message for the person that is not a failure.
pub type Note = Option<String>;

#[derive(Debug)]
pub struct JsonFile<Document> {
    file: PrivateFile,
    document: PhantomData<fn() -> Document>,
}

impl<Document> Clone for JsonFile<Document> {
    fn clone(&self) -> Self {
        Self { file: self.file.clone(), document: PhantomData }
    }
}

impl<Document: Default + Serialize + DeserializeOwned> JsonFile<Document> {
    pub fn new(folder: PathBuf, name: &'static str) -> Self {
        Self { file: PrivateFile::new(folder, name), document: PhantomData }
    }

    pub fn path(&self) -> PathBuf {
        self.file.path()
    }

    /// A missing file is an empty document. A corrupt one is reported and left alone.
    pub fn read(&self) -> Result<Document, Problem> {
        self.read_as()
    }

    /// Reads a part of the document.
    pub fn read_as<View: Default + DeserializeOwned>(&self) -> Result<View, Problem> {
        match self.file.read()? {
            Some(content) => parse(&content, &self.path()),
            None => Ok(View::default()),
        }
    }

    /// Opens the file for a reader that needs only its beginning. It must hold no secret.
    pub fn open(&self) -> Result<Option<File>, Problem> {
        Ok(self.file.open()?.map(|(file, _)| file))
    }

    /// Returns the content unread, for a reader that borrows from it.
    pub fn content(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Problem> {
        self.file.read()
    }

    pub fn has_temporary_files(&self) -> bool {
        self.file.temporary_files().next().is_some()
    }

    /// Removes what a writer that was killed left behind.
    pub fn remove_temporary_files(&self) -> Result<(), Problem> {
        if self.has_temporary_files() {
            self.file.lock()?.remove_leftovers();
        }
        Ok(())
    }

    /// Checks that there is room for a change that adds a little.
    pub fn check_room(&self) -> Result<(), Problem> {
        self.file.check_room()
    }

    /// Reads, edits, writes and reads back under the lock, so that nobody else's change is taken for a failure of this one. A
    /// corrupt file is set aside, never overwritten, and the note names it.
    pub fn update<T>(&self, edit: impl FnOnce(&mut Document) -> T) -> Result<(T, Note), Problem> {
        let locked = self.file.lock()?;
        let (mut document, corrupt) = match self.read() {
            Ok(document) => (document, false),
            Err(problem) if problem.code == ProblemCode::FileCorrupt => (Document::default(), true),
            Err(problem) => return Err(problem),
        };
        let outcome = edit(&mut document);
        let content = serialize(&document)?;
        let aside =
            if corrupt { Some(locked.replace_setting_aside(&content)?) } else { locked.replace(&content).map(|()| None)? };
        // A failed read says nothing about the write, which the system has confirmed.
        if self.file.read().is_ok_and(|now| now.is_none_or(|now| *now != *content)) {
            return Err(Problem::new(ProblemCode::ReadBackMismatch).with_evidence(self.path().display().to_string()));
        }
        let note = aside.map(|aside| format!("{} was corrupt and has been renamed to {aside}", self.path().display()));
        Ok((outcome, note))
    }
}

#[derive(Deserialize)]
struct SchemaJson {
    schema: u32,
}

/// True for a document of ours, of whatever version.
pub fn has_schema(content: &[u8]) -> bool {
    serde_json::from_slice::<SchemaJson>(content).is_ok()
}

/// The schema is read first, because this version might mistake a newer document for a damaged one.
fn parse<Document: DeserializeOwned>(content: &[u8], path: &Path) -> Result<Document, Problem> {
    let corrupt = |error: serde_json::Error| {
        // The error's own text is not used: it quotes the file, and the file holds secrets.
        let place = format!("{}: line {}, column {}", path.display(), error.line(), error.column());
        Problem::new(ProblemCode::FileCorrupt).with_evidence(place)
    };
    let SchemaJson { schema } = serde_json::from_slice(content).map_err(corrupt)?;
    if schema > SCHEMA_VERSION {
        let evidence =
            format!("{} has schema {schema}, written by a newer version; this version reads {SCHEMA_VERSION}", path.display());
        return Err(Problem::new(ProblemCode::FileFailed).with_evidence(evidence));
    }
    serde_json::from_slice(content).map_err(corrupt)
}

/// Measures the document before it is written, because a buffer that grows leaves unwiped copies of its contents behind.
fn serialize(document: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let unprintable = |error: serde_json::Error| Problem::bug(format!("a document cannot be written: {:?}", error.classify()));
    let mut length = ByteCounter(0);
    serde_json::to_writer_pretty(&mut length, document).map_err(unprintable)?;
    let mut content = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer_pretty(&mut *content, document).map_err(unprintable)?;
    Ok(content)
}

struct ByteCounter(usize);

impl std::io::Write for ByteCounter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
