# The model for repeated measures with the outcome at baseline by visit, of the synthetic
# trial. Rscript make-repeated.R, in this folder, writes make-repeated.json; a minute.
# Estimates by nlme::gls; Satterthwaite and Kenward-Roger from the formulas with dense
# matrices (Kenward & Roger 1997), with the visits' variances and covariances as
# parameters. The same model by lme4::lmer with a random effect for each visit, in which the
# residual variance is one parameter too many, has pbkrtest's standard error and degrees of
# freedom beside them (its generalized inverse leaves the extra one out): they differ by
# what the two optimizers do.
suppressMessages({library(nlme); library(lme4); library(pbkrtest); library(jsonlite)})
long <- read.csv("trial-a1-long.csv")

# Derivatives of the covariance of a subject with all visits, by parameter.
units <- function(v) {
  out <- list()
  for (a in 1:v) for (b in 1:a) { e <- matrix(0, v, v); e[a, b] <- e[b, a] <- 1; out <- c(out, list(e)) }
  out
}
# dense returns variances and degrees of freedom of a contrast at the covariance s.
dense <- function(X, y, subject, at, s, contrast) {
  rows <- split(seq_along(y), subject)
  E <- units(nrow(s))
  W <- lapply(rows, function(i) solve(s[at[i], at[i], drop = FALSE]))
  D <- function(i, j) E[[j]][at[i], at[i], drop = FALSE]
  sum_over <- function(f) Reduce(`+`, lapply(seq_along(rows), function(k) f(rows[[k]], W[[k]])))
  phi <- solve(sum_over(function(i, w) t(X[i, , drop = FALSE]) %*% w %*% X[i, , drop = FALSE]))
  beta <- phi %*% sum_over(function(i, w) t(X[i, , drop = FALSE]) %*% w %*% y[i])
  p <- length(E)
  P <- lapply(1:p, function(j) -sum_over(function(i, w) t(X[i, , drop = FALSE]) %*% w %*% D(i, j) %*% w %*% X[i, , drop = FALSE]))
  Q <- function(j, l) sum_over(function(i, w) t(X[i, , drop = FALSE]) %*% w %*% D(i, j) %*% w %*% D(i, l) %*% w %*% X[i, , drop = FALSE])
  expected <- observed <- matrix(0, p, p)
  correction <- phi * 0
  r <- y - X %*% beta
  lean <- lapply(1:p, function(j) sum_over(function(i, w) t(X[i, , drop = FALSE]) %*% w %*% D(i, j) %*% w %*% r[i]))
  Qs <- lapply(1:p, function(j) lapply(1:p, function(l) Q(j, l)))
  for (j in 1:p) for (l in 1:p) {
    tr <- sum_over(function(i, w) sum(diag(w %*% D(i, j) %*% w %*% D(i, l))))
    traces <- tr - 2 * sum(diag(phi %*% Qs[[j]][[l]])) + sum(diag(phi %*% P[[j]] %*% phi %*% P[[l]]))
    expected[j, l] <- traces / 2
    rr <- sum_over(function(i, w) t(r[i]) %*% w %*% D(i, j) %*% w %*% D(i, l) %*% w %*% r[i])
    observed[j, l] <- rr - t(lean[[j]]) %*% phi %*% lean[[l]] - traces / 2
  }
  V <- solve(expected)
  for (j in 1:p) for (l in 1:p) correction <- correction + V[j, l] * (Qs[[j]][[l]] - P[[j]] %*% phi %*% P[[l]])
  adjusted <- phi + 2 * phi %*% correction %*% phi
  variance <- c(t(contrast) %*% phi %*% contrast)
  g <- sapply(P, function(x) c(t(contrast) %*% phi %*% x %*% phi %*% contrast))
  list(estimate = c(t(contrast) %*% beta), se = sqrt(variance), df_satterthwaite = 2 * variance^2 / c(t(g) %*% solve(observed) %*% g),
       se_kr = sqrt(c(t(contrast) %*% adjusted %*% contrast)), df_kr = 2 * variance^2 / c(t(g) %*% V %*% g))
}
case <- function(id, keep, terms, last) {
  d <- long[!is.na(long$score) & long$month %in% keep, ]
  d$at <- match(d$month, keep)
  d <- d[order(d$id, d$at), ]
  f <- as.formula(paste("score ~", paste(terms, collapse = " + ")))
  m <- gls(f, d, correlation = corSymm(form = ~ at | id), weights = varIdent(form = ~ 1 | at), method = "REML",
           control = glsControl(msTol = 1e-12, tolerance = 1e-12, maxIter = 500, msMaxIter = 500))
  # the covariance of a subject with all visits
  sd <- sigma(m) * { w <- coef(m$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE); w[as.character(seq_along(keep))] }
  r <- diag(length(keep)); r[lower.tri(r)] <- coef(m$modelStruct$corStruct, unconstrained = FALSE); r <- r + t(r) - diag(length(keep))
  s <- diag(sd) %*% r %*% diag(sd)
  X <- model.matrix(f, d)
  contrast <- as.numeric(colnames(X) %in% c("trt", last))
  out <- dense(X, d$score, d$id, d$at, s, contrast)
  d$visit <- factor(d$at)
  fit <- function(start, optimizer) suppressWarnings(suppressMessages(lmer(update(f, . ~ . + (0 + visit | id)), d, start = start,
         control = lmerControl(check.nobs.vs.nRE = "ignore", optimizer = optimizer, calc.derivs = FALSE))))
  l <- fit(NULL, "bobyqa")
  for (k in 1:6) l <- fit(getME(l, "theta") + 1e-3, c("Nelder_Mead", "bobyqa")[k %% 2 + 1]) # one after the other, as each alone stops early
  out$pbkrtest_se <- sqrt(c(t(contrast) %*% as.matrix(vcovAdj(l)) %*% contrast))
  out$pbkrtest_df <- get_Lb_ddf(l, contrast)
  out$lmer_estimate <- c(t(contrast) %*% fixef(l))
  out$gls_loglik <- c(logLik(m)); out$lmer_loglik <- c(logLik(l))
  list(id = id, kind = "by-visit", data = "trial-a1-long.csv", inputs = list(y = "score", terms = as.list(terms), subject = "id", visit = "month"),
       expected = c(list(n_obs = nrow(d), subjects = length(unique(d$id)), visits = keep), out))
}
cases <- list(
  case("three-visits", c(3, 6, 12), c("trt", "base", "m6", "m12", "trt:m6", "trt:m12", "base:m6", "base:m12"), "trt:m12"),
  case("two-visits", c(3, 12), c("trt", "base", "m12", "trt:m12", "base:m12"), "trt:m12"))
lines <- vapply(cases, function(x) as.character(toJSON(x, auto_unbox = TRUE, digits = NA)), "")
writeLines(c(paste0('{"source":"computed with ', R.version.string, ', nlme ', packageVersion("nlme"), ', lme4 ', packageVersion("lme4"), ', pbkrtest ',
  packageVersion("pbkrtest"), '; see make-repeated.R","cases":['), paste(lines, collapse = ",\n"), "]}"), "make-repeated.json")
