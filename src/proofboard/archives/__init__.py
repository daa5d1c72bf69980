"""Open what came from elsewhere: folders as they are, archives unpacked where they can do no harm.

An archive is listed and checked as a whole before its first member is written. Members are plain files and folders
below the archive's own root, each once, in names that mean the same on every file system; how much may come out is
counted while it comes out, because an archive's own statement of its sizes proves nothing.
"""
