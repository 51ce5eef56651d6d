# Values of sandwich variances where clusters or rows are fitted whatever their
# outcome: a litter with an indicator of its own, and one cluster whose pups are a
# third of all. Rscript make-saturated.R, in this folder, writes make-saturated.json.
library(clubSandwich)
library(jsonlite)

d <- read.csv("ratpup.csv")
d$own <- as.numeric(d$litter == d$litter[1])
d$one <- as.numeric(seq_len(nrow(d)) == 5)
d$large <- ifelse(d$litter <= 9, 1, d$litter)

named <- function(x, names) { names(x) <- sub("(Intercept)", "intercept", names, fixed = TRUE); as.list(x) }

case <- function(id, terms, cluster) {
  m <- lm(reformulate(terms, "weight"), d)
  cr2 <- vcovCR(m, cluster = d[[cluster]], type = "CR2")
  test <- coef_test(m, vcov = cr2, test = "Satterthwaite")
  cr0 <- vcovCR(m, cluster = d[[cluster]], type = "CR0")
  list(id = id, kind = "saturated", data = "ratpup.csv",
       inputs = list(y = "weight", terms = terms, cluster = cluster),
       expected = list(n = nrow(d), coef = named(coef(m), names(coef(m))),
         se_classical = named(sqrt(diag(vcov(m))), names(coef(m))),
         se_CR0 = named(sqrt(diag(cr0)), names(coef(m))),
         se_CR2 = named(test$SE, names(coef(m))),
         CR2_df_satterthwaite = named(test$df_Satt, names(coef(m)))))
}

cases <- list(
  case("own-litter", c("treated", "female", "own"), "litter"),
  case("large-cluster", c("treated", "female"), "large"),
  case("own-row", c("treated", "female", "one"), "litter"))
lines <- vapply(cases, function(x) as.character(toJSON(x, auto_unbox = TRUE, digits = NA)), "")
writeLines(c(paste0('{"source":"computed with ', R.version.string, ', clubSandwich ', packageVersion("clubSandwich"),
  '; see make-saturated.R","cases":['), paste(lines, collapse = ",\n"), "]}"), "make-saturated.json")
