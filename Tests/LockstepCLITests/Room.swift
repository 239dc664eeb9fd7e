// The room is opened by its first commit.
