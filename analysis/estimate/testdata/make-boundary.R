# Mixed models whose variance between clusters is estimated as zero, with Kenward and
# Roger's standard error and degrees of freedom. Rscript make-boundary.R, in this folder,
# writes make-boundary.json and the data, synthetic trials in which the clusters' means
# are closer than chance would have them: boundary.csv. In nested trials cluster 0 is a
# client of control, who has none.
suppressMessages({library(lme4); library(pbkrtest); library(jsonlite)})

set.seed(20261128)
trial <- function(id, sizes1, sizes0, nested) {
  size <- c(sizes1, sizes0)
  cluster <- rep(seq_along(size), size)
  arm <- as.numeric(cluster <= length(sizes1))
  x <- round(rnorm(length(cluster)), 2)
  e <- rnorm(length(cluster))
  e <- e - 0.9 * ave(e, cluster)
  data.frame(id = id, y = round(10 + arm + 0.5 * x + 3 * e, 2), arm = arm, x = x,
             cluster = if (nested) cluster * arm else cluster)
}
d <- rbind(trial(1, rep(5, 3), rep(5, 3), FALSE), trial(2, c(3, 8, 4, 6), c(2, 7, 7, 5, 3), FALSE),
           trial(3, rep(20, 3), 60, TRUE), trial(4, c(12, 5, 9), 20, TRUE))
write.csv(d, "boundary.csv", row.names = FALSE, quote = FALSE)

case <- function(id, terms) {
  k <- d[d$id == id, ]
  nested <- any(k$cluster == 0)
  k$own <- ifelse(k$cluster == 0, 1000 + seq_len(nrow(k)), k$cluster)
  right <- paste(c(terms, if (nested) "(0 + arm | own)" else "(1 | own)"), collapse = " + ")
  m <- suppressMessages(lmer(as.formula(paste("y ~", right)), k))
  stopifnot(getME(m, "theta") == 0)
  l <- c(0, 1, rep(0, length(terms) - 1))
  adjusted <- as.matrix(vcovAdj(m))
  list(id = paste(id, paste(terms, collapse = "-"), sep = "-"), kind = "boundary", data = "boundary.csv",
       inputs = list(filter = list(id = id), y = "y", terms = as.list(terms), cluster = "cluster"),
       expected = list(nested = nested, estimate = unname(fixef(m)["arm"]), se = sqrt(as.matrix(vcov(m))[2, 2]),
                       se_kr = sqrt(adjusted[2, 2]), df_kr = get_Lb_ddf(m, l)))
}
cases <- list()
for (id in 1:4) for (terms in list("arm", c("arm", "x"))) cases <- c(cases, list(case(id, terms)))
lines <- vapply(cases, function(x) as.character(toJSON(x, auto_unbox = TRUE, digits = NA)), "")
writeLines(c(paste0('{"source":"computed with ', R.version.string, ', lme4 ', packageVersion("lme4"), ', pbkrtest ',
  packageVersion("pbkrtest"), '; see make-boundary.R","cases":['), paste(lines, collapse = ",\n"), "]}"), "make-boundary.json")
