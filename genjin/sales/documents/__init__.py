"""Documents as customers get them: their content, and how it becomes PDF and Excel.

Whoever issues a document makes a `content.Content`; `pdf.render` and `sheet.render` print any of them.
"""
