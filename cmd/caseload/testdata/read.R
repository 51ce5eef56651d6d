# Reads every CSV file of the folders given with the types of its dictionary, a
# warning being an error, and prints the rows of each and the missing cells of
# each column.
options(warn = 2)
reads <- c(integer = "integer", number = "numeric", boolean = "integer", logical = "logical", text = "character")
for (folder in commandArgs(trailingOnly = TRUE)) {
  about <- read.csv(file.path(folder, "dictionary.csv"))
  for (file in unique(about$file)) {
    columns <- about[about$file == file, ]
    x <- read.csv(file.path(folder, file), na.strings = "", check.names = FALSE, colClasses = setNames(reads[columns$type], columns$column))
    stopifnot(identical(names(x), columns$column), !is.na(reads[columns$type]))
    for (k in seq_along(x)) {
      if (columns$type[k] == "boolean") stopifnot(x[[k]] %in% c(0L, 1L, NA))
    }
    cat(file, nrow(x), vapply(x, function(v) sum(is.na(v)), 0L), "\n")
  }
}
