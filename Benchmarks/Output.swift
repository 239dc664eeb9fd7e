import Glibc

/// Prints a line at once, also into a file or a pipe: some figures take their time.
func say(_ text: String) {
    print(text)
    fflush(nil)
}
