"""What users get from a drawing that was read: tables, a first-article inspection sheet, a comparison of revisions."""
