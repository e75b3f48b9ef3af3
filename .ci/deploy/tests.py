"""Tests of the modules that the other checks use: `python3 -m unittest deploy.tests`, in `.ci`."""

import unittest

from . import answers, artifact, project, tree
from .selection import select


class Selection(unittest.TestCase):
    # The example of the developer guide. `selection.py` has its address.
    GUIDE = {("GET", "/pets/dog/1"): 1, ("GET", "/pets/dog/{id}"): 2, ("GET", "/pets/{proxy+}"): 3,
             ("ANY", "/{proxy+}"): 4, ("ANY", "$default"): 5}

    def test_the_example_of_the_developer_guide(self):
        for method, path, expected in [("GET", "/pets/dog/1", 1), ("GET", "/pets/dog/2", 2),
                                       ("GET", "/pets/cat/1", 3), ("POST", "/test/5", 4)]:
            self.assertEqual(select(self.GUIDE, method, path), expected, path)

    def test_without_a_match_there_is_the_default_or_nothing(self):
        only = {("GET", "/a"): 1}
        self.assertIsNone(select(only, "GET", "/b"))
        self.assertIsNone(select(only, "POST", "/a"))
        self.assertEqual(select(only | {("ANY", "$default"): 2}, "POST", "/a"), 2)

    def test_the_most_specific_match(self):
        routes = {("ANY", "/a/{x}"): 1, ("ANY", "/{y}/b"): 2, ("ANY", "/a/{rest+}"): 3, ("ANY", "/a/b/{rest+}"): 4,
                  ("GET", "/a/{x}"): 5}
        for method, path, expected in [("POST", "/a/b", 1), ("GET", "/a/b", 5), ("POST", "/c/b", 2),
                                       ("POST", "/a/b/c", 4), ("POST", "/a/c/d", 3), ("POST", "/a/", 1),
                                       ("POST", "/a", None), ("POST", "//b", None), ("POST", "/%61/b", 1)]:
            self.assertEqual(select(routes, method, path), expected, path)


class Artifact(unittest.TestCase):
    def test_the_newest_glibc_is_found_by_number(self):
        self.assertEqual(artifact.newest("(GLIBC_2.9) memcpy\n(GLIBC_2.34) start\n(GLIBC_2.4) x"), (2, 34))
        self.assertGreater(artifact.newest("GLIBC_2.35"), artifact.AL2023_GLIBC)

    def test_a_file_without_symbols_of_glibc_proves_nothing(self):
        self.assertRaises(AssertionError, artifact.newest, "")

    def test_folders_of_the_machine_are_found_in_bytes(self):
        content = b"\0hyper-1.0/src/lib.rs\0/opt/cargo/registry/a.rs\xff/rustc/1/library/core.rs\0/home/ann/b.rs:1"
        self.assertEqual(artifact.leaks(content, ["/opt/cargo"]), ["/home/ann/b.rs:1", "/opt/cargo/registry/a.rs"])


class Project(unittest.TestCase):
    def test_each_function_of_the_template_gets_a_folder(self):
        text = (tree.ROOT / "template.yaml").read_text()
        self.assertEqual(sorted(project.CRATE.findall(text)), tree.functions())

    def test_each_function_has_requests(self):
        self.assertEqual(sorted(answers.CASES), tree.functions())
