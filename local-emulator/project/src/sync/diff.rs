//! A rewrite as a diff for `git apply` and `patch -p1`.

use diffy::DiffOptions;

use super::file::Rewrite;

impl Rewrite {
    /// Returns the change as a unified diff.
    pub fn diff(&self) -> String {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        let old_name = if self.old.is_some() { format!("a/{name}") } else { "/dev/null".to_owned() };
        let old = self.old.as_deref().unwrap_or_default();
        let mut options = DiffOptions::new();
        options.set_original_filename(old_name).set_modified_filename(format!("b/{name}"));
        options.create_patch(old, &self.new).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::Rewrite;

    #[test]
    fn diff_has_three_lines_around_what_changes() {
        let old = "1\n2\n3\n4\n5";
        let rewrite = Rewrite {
            file: "/project/template.yaml".into(),
            old: Some(old.to_owned()),
            new: old.replace('4', "4\n4a"),
        };
        let expected = "--- a/template.yaml\n+++ b/template.yaml\n@@ -2,4 +2,5 @@\n 2\n 3\n 4\n+4a\n 5\n\\ No newline at end of file\n";
        assert_eq!(rewrite.diff(), expected);
        let new = Rewrite { old: None, new: "1\n".to_owned(), ..rewrite };
        assert_eq!(new.diff(), "--- /dev/null\n+++ b/template.yaml\n@@ -0,0 +1 @@\n+1\n");
    }
}
