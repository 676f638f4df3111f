"""Changes to a Word template, each `parts -> parts`, made once when a template is compiled.

`localise` puts a language's sentences in place of the English, `enlarge` makes large print of any size,
`mirror` turns the page for a script that runs from right to left. None of them knows the record or a reader.
"""
