//! Tables as rows that can be read: the name of a column stands before each value of it.
//!
//! [`Table`] follows the cells of a table, keeps the names in its first row, and gives the name of the column at the first
//! words of a cell below. Does not know Markdown or HTML.

/// Upper bound on the name of a column, in characters; a longer one is a sentence.
const MAX_NAME: usize = 16;

/// The tables of one post.
#[derive(Debug)]
pub(super) struct Table {
    /// Number of open tables.
    depth: u32,
    /// Number of rows so far.
    rows: usize,
    /// Number of cells of this row so far.
    cells: usize,
    /// Names of the columns; empty if the first row has other cells, too.
    names: Vec<String>,
    /// Start of the open cell in the text, if it names a column.
    name_start: Option<usize>,
    /// Whether a cell takes more than one place, so that counting finds no names.
    uneven: bool,
    /// Whether the first words of the open cell have not come yet.
    fresh: bool,
    /// Number of bytes that names may still add to the text.
    left: usize,
}

impl Table {
    /// Starts without a table. Names add at most `left` bytes to the text, so that a hostile table stays small.
    pub(super) fn new(left: usize) -> Self {
        Self { depth: 0, rows: 0, cells: 0, names: Vec::new(), name_start: None, uneven: false, fresh: false, left }
    }

    /// Returns whether a table is open.
    pub(super) fn is_open(&self) -> bool {
        self.depth > 0
    }

    /// Starts a table. A table in a cell has no names.
    pub(super) fn start(&mut self) {
        self.depth += 1;
        (self.rows, self.cells, self.name_start, self.uneven, self.fresh) = (0, 0, None, false, false);
        self.names.clear();
    }

    /// Ends a table.
    pub(super) fn end(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.names.clear();
        (self.name_start, self.fresh) = (None, false);
    }

    /// Starts a row.
    pub(super) fn start_row(&mut self) {
        self.rows += 1;
        self.cells = 0;
        self.fresh = false;
    }

    /// Starts a cell at byte `at` of the text; `head` if it may name the cells below it.
    pub(super) fn start_cell(&mut self, head: bool, at: usize) {
        self.cells += 1;
        self.name_start = (head && self.rows == 1 && self.names.len() + 1 == self.cells).then_some(at);
        self.fresh = self.rows > 1 && !head && !self.uneven;
        if self.rows == 1 && !head {
            self.names.clear();
        }
    }

    /// Ends the cell; `text` is the text so far.
    pub(super) fn end_cell(&mut self, text: &str) {
        if let Some(start) = self.name_start.take() {
            self.names.push(text.get(start..).unwrap_or_default().trim().to_owned());
        }
        self.fresh = false;
    }

    /// Forgets the names of this table, in which a cell takes more than one place.
    pub(super) fn forget(&mut self) {
        self.uneven = true;
    }

    /// Returns the name of the column, with a colon, if `words` are the first of a cell.
    pub(super) fn label(&mut self, words: &str) -> Option<String> {
        if !self.fresh || words.trim().is_empty() {
            return None;
        }
        self.fresh = false;
        let name = self.names.get(self.cells.checked_sub(1)?)?;
        let short = !name.is_empty() && name.chars().nth(MAX_NAME).is_none() && name != words.trim();
        let label = short.then(|| format!("{name}："))?;
        self.left = self.left.checked_sub(label.len())?;
        Some(label)
    }
}
