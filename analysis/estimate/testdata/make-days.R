# Values of beta_binomial: Rscript make-days.R, in this directory, writes make-days.json and
# its synthetic data, days.csv.
#
# The likelihood is written out here and maximized by Newton's method with numerical
# derivatives (numDeriv); glmmTMB(family = betabinomial) must agree, or the script stops.
# The standard error is that of the influences, by the derivatives of each row's log likelihood.
suppressMessages({library(glmmTMB); library(numDeriv); library(jsonlite)})
set.seed(20261129)
draw <- function(n, most, s, base, effect) {
  d <- data.frame(arm = rep(0:1, length.out = n), x = round(rnorm(n), 2), z = rbinom(n, 1, 0.4))
  m <- plogis(base + effect * d$arm + 0.5 * d$x - 0.3 * d$z)
  d$days <- rbinom(n, most, rbeta(n, m * s, (1 - m) * s))
  d
}
sets <- list(month = draw(120, 30, 0.6, -0.5, 0.6), year = draw(200, 365, 2, 0.3, -0.4), narrow = draw(90, 30, 12, 0, 0.3))
most <- c(30, 365, 30)
data <- do.call(rbind, lapply(seq_along(sets), function(s) cbind(set = s, most = most[s], sets[[s]])))
write.csv(data, "days.csv", row.names = FALSE, quote = FALSE)

values <- function(d, most, terms) {
  f <- reformulate(c("arm", terms)); x <- model.matrix(f, d); k <- ncol(x); y <- d$days; n <- nrow(d)
  each <- function(b) {
    m <- plogis(as.vector(x %*% b[1:k])); s <- exp(b[k + 1])
    product <- function(a, n) sapply(seq_along(n), function(i) sum(log(a[i] + seq_len(n[i]) - 1)))
    product(m * s, y) + product((1 - m) * s, most - y) - sum(log(s + seq_len(most) - 1))
  }
  total <- function(b) sum(each(b))
  # lgamma of large numbers leaves differences too few digits for those of year-long counts: sums of logarithms do.
  b <- optim(c(rep(0, k), 0), function(b) -total(b), method = "Nelder-Mead", control = list(reltol = 1e-13, maxit = 5000))$par
  for (i in 1:5) b <- b - solve(hessian(total, b), grad(total, b))
  g <- glmmTMB(update(f, cbind(days, most - days) ~ .), d, betabinomial)
  stopifnot(abs(fixef(g)$cond - b[1:k]) < 1e-3)
  difference <- function(b) {
    z <- x; z[, "arm"] <- 1; one <- plogis(as.vector(z %*% b[1:k])); z[, "arm"] <- 0
    most * (one - plogis(as.vector(z %*% b[1:k])))
  }
  value <- mean(difference(b))
  gradient <- grad(function(b) mean(difference(b)), b)
  influence <- as.vector(jacobian(each, b) %*% solve(-hessian(total, b), gradient)) + (difference(b) - value) / n
  list(value = value, se = sqrt(sum(influence^2) * n / (n - k)), df = n - k, arm = b[[2]], log_s = b[[k + 1]])
}
cases <- list()
for (s in seq_along(sets)) for (terms in list(character(), c("x", "z"))) {
  cases[[length(cases) + 1]] <- list(id = paste(c(names(sets)[s], terms), collapse = "-"), kind = "days", data = "days.csv",
    inputs = list(filter = list(set = s), columns = I(c("days", "arm", "most", terms))), expected = values(sets[[s]], most[s], terms))
}
lines <- vapply(cases, function(x) as.character(toJSON(x, auto_unbox = TRUE, digits = I(15))), "")
writeLines(c(paste0('{"source":"make-days.R, R ', getRversion(), ", glmmTMB ", packageVersion("glmmTMB"), '","cases":['), paste(lines, collapse = ",\n"), "]}"), "make-days.json")
