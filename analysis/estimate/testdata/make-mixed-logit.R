# Values of logistic_mixed and partially_nested_logistic: Rscript make-mixed-logit.R,
# in this directory, writes make-mixed-logit.json and its synthetic data,
# clustered.csv.
#
# lme4::glmer(nAGQ = 15) to a tight tolerance, polished by Newton's method on its own
# deviance function; the standard error from the second derivatives of that function
# by Richardson's extrapolation (numDeriv::hessian), as lme4's own are finite
# differences of less precision. Where the variance is zero lme4 is glm.
library(jsonlite)
suppressMessages({library(lme4); library(numDeriv)})

set.seed(20261129)
draw <- function(clusters, sizes, sd, base, effect, by = "cluster") {
  k <- rep(seq_len(clusters), length.out = clusters)
  size <- sample(sizes, clusters, replace = TRUE)
  d <- data.frame(cluster = rep(k, size))
  d$arm <- if (by == "cluster") (d$cluster %% 2) else rbinom(nrow(d), 1, 0.5)
  d$x <- round(rnorm(nrow(d)), 3)
  d$z <- rep(round(rnorm(clusters), 3), size)
  u <- rep(rnorm(clusters, 0, sd), size)
  d$y <- rbinom(nrow(d), 1, plogis(base + effect * d$arm + 0.4 * d$x + u))
  d$count <- rpois(nrow(d), exp(0.3 + 0.3 * d$arm + 0.2 * d$x + u))
  d$years <- round(runif(nrow(d), 0.3, 1), 3)
  d
}
sets <- list(
  sites = draw(40, 4:12, 0.8, -0.5, 0.5), few = draw(8, 15:40, 0.5, 0.2, 0.3), rare = draw(24, 10:30, 0.9, -2.5, 0.6),
  within = draw(20, 6:20, 0.7, -0.3, 0.6, "client"), even = draw(12, 20, 0, 0, 0.2))
data <- do.call(rbind, lapply(names(sets), function(s) cbind(set = match(s, names(sets)), sets[[s]])))
write.csv(data, "clustered.csv", row.names = FALSE, quote = FALSE)
cbpp <- do.call(rbind, lapply(seq_len(nrow(lme4::cbpp)), function(i) with(lme4::cbpp[i, ], data.frame(
  y = rep(1:0, c(incidence, size - incidence)), herd = as.integer(herd), late = as.integer(as.integer(period) > 1),
  third = as.integer(period == "3"), fourth = as.integer(period == "4")))))
write.csv(cbpp, "cbpp.csv", row.names = FALSE, quote = FALSE)

fit <- function(d, y, arm, cluster, terms, nested = FALSE) {
  fixed <- reformulate(c(arm, terms), y)
  random <- if (nested) sprintf("(0 + %s | %s)", arm, cluster) else sprintf("(1 | %s)", cluster)
  f <- update(fixed, paste("~ . +", random))
  m <- suppressWarnings(suppressMessages(glmer(f, d, binomial, nAGQ = 15,
    control = glmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9, maxfun = 1e5), tolPwrss = 1e-13, check.conv.singular = "ignore"))))
  p <- c(getME(m, "theta"), fixef(m))
  if (p[1] < 1e-3) {
    g <- glm(fixed, binomial, d, epsilon = 1e-14, control = glm.control(epsilon = 1e-14, maxit = 100))
    return(list(value = coef(g)[[arm]], se = sqrt(vcov(g)[arm, arm]), sd = 0))
  }
  dev <- suppressMessages(update(m, devFunOnly = TRUE))
  for (k in 1:4) {
    h <- hessian(dev, p)
    p <- p - solve(h, grad(dev, p))
  }
  v <- solve(hessian(dev, p) / 2)
  at <- match(arm, names(p))
  stopifnot(abs(sqrt(vcov(m)[arm, arm]) / sqrt(v[at, at]) - 1) < 1e-3)
  out <- list(value = p[[at]], se = sqrt(v[at, at]), sd = p[[1]])
  if (nested) {
    # Averaged over the clusters, at the mean of the covariates.
    names(p)[1] <- "theta"
    average <- function(p) {
      control <- p[["(Intercept)"]] + sum(vapply(terms, function(x) p[[x]] * mean(d[[x]]), 0))
      chance <- integrate(function(u) plogis(control + p[[arm]] + p[["theta"]] * u) * dnorm(u), -Inf, Inf, rel.tol = 1e-12)$value
      qlogis(chance) - control
    }
    slope <- grad(average, p)
    out$value <- average(p)
    out$se <- sqrt(drop(slope %*% v %*% slope))
  }
  out
}
cases <- list()
add <- function(id, kind, file, d, filter, y, arm, cluster, terms = character(), nested = FALSE) {
  inputs <- list(columns = I(c(y, arm, cluster, terms)))
  if (length(filter)) inputs$filter <- filter
  cases[[length(cases) + 1]] <<- list(id = id, kind = kind, data = file, inputs = inputs, expected = fit(d, y, arm, cluster, terms, nested))
}
for (s in names(sets)) {
  d <- sets[[s]]
  filter <- list(set = match(s, names(sets)))
  add(s, "mixed", "clustered.csv", d, filter, "y", "arm", "cluster")
  add(paste0(s, "-covariates"), "mixed", "clustered.csv", d, filter, "y", "arm", "cluster", c("x", "z"))
}
for (s in c("sites", "few", "rare", "even")) {
  d <- sets[[s]]
  d$cluster[d$arm == 0] <- 0   # has no part in the random effect
  filter <- list(set = match(s, names(sets)))
  add(s, "nested", "clustered.csv", d, filter, "y", "arm", "cluster", nested = TRUE)
  add(paste0(s, "-covariate"), "nested", "clustered.csv", d, filter, "y", "arm", "cluster", "x", nested = TRUE)
}
add("cbpp", "mixed", "cbpp.csv", cbpp, list(), "y", "late", "herd")
add("cbpp-periods", "mixed", "cbpp.csv", cbpp, list(), "y", "late", "herd", c("third", "fourth"))

lines <- vapply(cases, function(x) as.character(toJSON(x, auto_unbox = TRUE, digits = I(15))), "")
writeLines(c(paste0('{"source":"make-mixed-logit.R, R ', getRversion(), ", lme4 ", packageVersion("lme4"), ", numDeriv ", packageVersion("numDeriv"),
  '","cases":['), paste(lines, collapse = ",\n"), "]}"), "make-mixed-logit.json")
