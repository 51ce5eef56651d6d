# Adjusted p values of Dunnett's single-step procedure: multcomp::glht of aov of simulated data with
# groups of several sizes, with mvtnorm's error below 1e-7; R 4.2.2, multcomp 1.4.22, mvtnorm 1.1.3.
# Rscript dunnett.R > dunnett.json
suppressMessages({library(mvtnorm); library(multcomp)})
set.seed(20)
num <- function(x) paste0("[", paste(sprintf("%.12g", x), collapse = ", "), "]")
rows <- c()
for (n in list(c(5, 5, 5), c(20, 20, 20, 20), c(40, 10, 12), c(8, 30, 60, 4, 9), c(150, 100, 50)))
  for (sides in 1:2) {
    k <- length(n) - 1
    g <- factor(rep(0:k, n))
    y <- rnorm(sum(n), mean = (0:k)[as.integer(g)] * 0.25)
    fit <- glht(aov(y ~ g), linfct = mcp(g = "Dunnett"), alternative = if (sides == 2) "two.sided" else "greater")
    alone <- summary(fit, test = adjusted("none"))$test$pvalues
    set.seed(1)
    joint <- summary(fit, test = adjusted("single-step", abseps = 1e-8, maxpts = 5e6))$test$pvalues
    rows <- c(rows, sprintf('{"sizes": %s, "sides": %d, "df": %d, "p": %s, "adjusted": %s}', num(n), sides, sum(n) - k - 1, num(alone), num(joint)))
  }
# Known variance: mvtnorm::pmvnorm by itself.
for (n in list(c(100, 50, 80), c(30, 30, 30, 30))) {
  l <- sqrt(n[-1] / (n[-1] + n[1])); r <- l %o% l; diag(r) <- 1
  z <- seq(1.5, 2.6, length.out = length(l))
  joint <- sapply(z, function(q) 1 - pmvnorm(rep(-q, length(l)), rep(q, length(l)), corr = r, algorithm = GenzBretz(abseps = 1e-9, maxpts = 5e6)))
  rows <- c(rows, sprintf('{"sizes": %s, "sides": 2, "df": 0, "p": %s, "adjusted": %s}', num(n), num(2 * pnorm(-z)), num(joint)))
}
cat('{"cases": [\n', paste(rows, collapse = ",\n"), "\n]}\n", sep = "")
