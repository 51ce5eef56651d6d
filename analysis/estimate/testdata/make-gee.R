# Values of gee_logistic, gee_poisson, gee_linear and risk_ratio_cluster: Rscript make-gee.R, in
# this directory, writes make-gee.json from clustered.csv, which make-mixed-logit.R
# makes, and other data sets.
#
# The estimates, the working correlation and the uncorrected (CR0) standard errors are
# those of geepack::geeglm(corstr = "exchangeable"). The corrected ones are computed
# here with the matrices of the clusters in full, by their definitions: residuals times
# (I - H)^-1 (Mancl & DeRouen 2001) or (I - H)^-1/2 in the metric of the working
# covariance (Kauermann & Carroll 2001), with the degrees of freedom of McCaffrey & Bell
# (2006), when the working covariance is the true one; and the score of a cluster times
# the inverse square roots of 1 - min(0.75, the diagonal of Q S), Q its information and S
# the model's covariance (Fay & Graubard 2001). Of independent working
# correlation clubSandwich's CR2 and degrees of freedom must be the same: the script
# stops if they are not.
library(jsonlite)
suppressMessages({library(geepack); library(clubSandwich)})

root <- function(a, power) {
  e <- eigen(a, symmetric = TRUE)
  keep <- e$values > 1e-10
  e$vectors[, keep, drop = FALSE] %*% (e$values[keep]^power * t(e$vectors[, keep, drop = FALSE]))
}

# With rows and residuals multiplied by the inverse square root of their working
# covariance, everything is as in a linear model of independent rows.
corrected <- function(x, mu, v, y, cluster, alpha, at) {
  rows <- split(seq_along(y), cluster)
  z <- matrix(0, nrow(x), ncol(x)); e <- numeric(length(y))
  for (i in rows) {
    r <- matrix(alpha, length(i), length(i)); diag(r) <- 1
    w <- root(r, -0.5) %*% diag(1 / sqrt(v[i]), length(i))
    z[i, ] <- w %*% (x[i, , drop = FALSE] * attr(mu, "slope")[i])
    e[i] <- w %*% (y[i] - mu[i])
  }
  bread <- solve(crossprod(z))
  one <- function(power) sapply(rows, function(i) {
    h <- z[i, , drop = FALSE] %*% bread %*% t(z[i, , drop = FALSE])
    sum(bread[at, ] %*% t(z[i, , drop = FALSE]) %*% root(diag(length(i)) - h, power) %*% e[i])
  })
  # Satterthwaite: u_k is the product of a row of p with independent residuals.
  p <- sapply(rows, function(i) {
    h <- z[i, , drop = FALSE] %*% bread %*% t(z[i, , drop = FALSE])
    a <- numeric(nrow(z)); a[i] <- root(diag(length(i)) - h, -0.5) %*% z[i, , drop = FALSE] %*% bread[at, ]
    a - z %*% bread %*% crossprod(z, a)
  })
  fay <- sapply(rows, function(i) {
    q <- crossprod(z[i, , drop = FALSE])
    h <- 1 / sqrt(1 - pmin(0.75, diag(q %*% bread)))
    sum(bread[at, ] * h * crossprod(z[i, , drop = FALSE], e[i]))
  })
  g <- crossprod(p)
  list(se0 = sqrt(sum(one(0)^2)), se = sqrt(sum(one(-0.5)^2)), se_md = sqrt(sum(one(-1)^2)), se_fg = sqrt(sum(fay^2)), df = sum(diag(g))^2 / sum(g^2),
    df_md = length(rows) - ncol(x))
}

gee <- function(f, family, d, arm, cluster, corstr = "exchangeable", link = family$link) {
  d <- d[order(d[[cluster]]), ]
  d$k <- d[[cluster]]
  m <- geeglm(f, family, d, id = k, corstr = corstr, control = geese.control(epsilon = 1e-10, maxit = 60))
  x <- model.matrix(f, d); mu <- fitted(m)[, 1]; y <- model.response(model.frame(f, d))
  v <- family$variance(mu)
  attr(mu, "slope") <- v            # all links are canonical
  alpha <- if (corstr == "exchangeable") m$geese$alpha[[1]] else 0
  at <- match(arm, colnames(x))
  out <- corrected(x, mu, v, y, d$k, alpha, at)
  stopifnot(abs(out$se0 / summary(m)$coefficients[arm, "Std.err"] - 1) < 1e-6)
  if (corstr == "independence" && ncol(x) == 2) {
    g <- glm(f, family, d, control = glm.control(epsilon = 1e-14, maxit = 100))
    s <- coef_test(g, vcov = vcovCR(g, cluster = d$k, type = "CR2"), test = "Satterthwaite", coefs = arm)
    stopifnot(abs(s$SE / out$se - 1) < 1e-6, abs(s$df_Satt / out$df - 1) < 1e-6)
  }
  c(list(value = coef(m)[[arm]], correlation = alpha), out)
}

data <- read.csv("clustered.csv")
trial <- read.csv("trial-a1.csv")
cases <- list()
add <- function(id, kind, file, filter, columns, expected) {
  inputs <- list(columns = I(columns))
  if (length(filter)) inputs$filter <- filter
  cases[[length(cases) + 1]] <<- list(id = id, kind = kind, data = file, inputs = inputs, expected = expected)
}
for (s in 1:5) for (terms in list(character(), c("x", "z"))) {
  d <- data[data$set == s, ]
  id <- paste(c(s, terms), collapse = "-")
  # geepack diverges with set 5 and covariates: its correlation goes to the limit below 0.
  if (s < 5 || length(terms) == 0) add(id, "logistic", "clustered.csv", list(set = s), c("y", "arm", "cluster", terms),
    gee(reformulate(c("arm", terms), "y"), binomial(), d, "arm", "cluster"))
  # geepack does not come to an end with the counts of sets 2 and 3.
  if (s %in% c(1, 4, 5)) add(id, "poisson", "clustered.csv", list(set = s), c("count", "arm", "cluster", "years", terms),
    gee(reformulate(c("arm", terms, "offset(log(years))"), "count"), poisson(), d, "arm", "cluster"))
  # The correlation of the numbers of set 5 given covariates is farther below 0 than ours may be.
  if (s < 5 || length(terms) == 0) add(id, "linear", "clustered.csv", list(set = s), c("count", "arm", "cluster", terms),
    gee(reformulate(c("arm", terms), "count"), gaussian(), d, "arm", "cluster"))
  add(id, "risk_ratio", "clustered.csv", list(set = s), c("y", "arm", "cluster", terms),
    gee(reformulate(c("arm", terms), "y"), poisson(), d, "arm", "cluster", "independence"))
}
# Case managers in one arm only; a client without one is a cluster.
add("managers", "logistic", "trial-a1.csv", list(), c("linked90", "trt", "mgr_cluster"),
  gee(linked90 ~ trt, binomial(), trial, "trt", "mgr_cluster"))
add("managers", "risk_ratio", "trial-a1.csv", list(), c("linked90", "trt", "mgr_cluster"),
  gee(linked90 ~ trt, poisson(), trial, "trt", "mgr_cluster", "independence"))
add("managers", "linear", "trial-a1.csv", list(), c("score6", "trt", "mgr_cluster", "base"),
  gee(score6 ~ trt + base, gaussian(), trial[!is.na(trial$score6), ], "trt", "mgr_cluster"))
pups <- read.csv("ratpup.csv")
add("litters", "linear", "ratpup.csv", list(), c("weight", "treated", "litter", "female", "lsize"),
  gee(weight ~ treated + female + lsize, gaussian(), pups, "treated", "litter"))

lines <- vapply(cases, function(x) as.character(toJSON(x, auto_unbox = TRUE, digits = I(15))), "")
writeLines(c(paste0('{"source":"make-gee.R, R ', getRversion(), ", geepack ", packageVersion("geepack"), ", clubSandwich ", packageVersion("clubSandwich"),
  '","cases":['), paste(lines, collapse = ",\n"), "]}"), "make-gee.json")
