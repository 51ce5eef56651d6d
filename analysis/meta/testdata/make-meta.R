# What meta.json lacks, from the CSV files beside this script: Rscript make-meta.R, in
# this folder. R 4.2.2, metafor 3.8-1, clubSandwich 0.5.8.
suppressMessages({library(metafor); library(clubSandwich); library(jsonlite)})
tight <- function(y) list(threshold = 1e-13 * var(y), tol = 1e-13 * var(y), maxiter = 1e5)
satt <- function(fit, cluster) {
  t <- coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite")
  list(estimate = t$beta, se = t$SE, df = t$df_Satt, p = t$p_Satt)
}
mv <- function(y, v, cluster, x = NULL, method = "REML") {
  n <- seq_along(y)
  f <- if (is.null(x)) rma.mv(y, v, random = ~ 1 | cluster/n, method = method, control = list(optimizer = "optim", optmethod = "Nelder-Mead", reltol = 1e-15, maxit = 1e5))
       else rma.mv(y, v, mods = ~ x, random = ~ 1 | cluster/n, method = method, control = list(optimizer = "optim", optmethod = "Nelder-Mead", reltol = 1e-15, maxit = 1e5))
  list(between = f$sigma2[1], within = f$sigma2[2], loglik = as.numeric(logLik(f)), model_se = f$se, robust = satt(f, cluster))
}
uni <- function(y, v, cluster, method) {
  f <- rma(y, v, method = method, control = tight(y))
  list(robust = satt(f, cluster))
}
k <- read.csv("konstantopoulos2011.csv"); b <- read.csv("bcg.csv"); h <- read.csv("hackshaw1998.csv"); r <- read.csv("hine1989-rd.csv"); o <- read.csv("collins1985b-ped.csv")
clusters <- list(
  list(id = "moderator", data = "konstantopoulos2011.csv", cluster = "district", x = "school", method = "reml", expected = mv(k$yi, k$vi, k$district, k$school)),
  list(id = "district 11", data = "konstantopoulos2011.csv", cluster = "district", is = 11, method = "reml", expected = mv(k$yi, k$vi, k$district, as.numeric(k$district == 11))),
  list(id = "ml", data = "konstantopoulos2011.csv", cluster = "district", method = "ml", expected = mv(k$yi, k$vi, k$district, method = "ML")),
  list(id = "few clusters", data = "bcg.csv", cluster = "alloc", method = "reml", expected = mv(b$yi, b$vi, b$alloc)),
  list(id = "boundary", data = "hackshaw1998.csv", cluster = "usa", method = "reml", expected = mv(h$yi, h$vi, h$usa)),
  list(id = "one level", data = "konstantopoulos2011.csv", cluster = "district", method = "dl", expected = uni(k$yi, k$vi, k$district, "DL")),
  list(id = "common effect", data = "konstantopoulos2011.csv", cluster = "district", method = "fe", expected = uni(k$yi, k$vi, k$district, "EE")),
  list(id = "alone", data = "bcg.csv", cluster = "trial", method = "reml", expected = uni(b$yi, b$vi, b$trial, "REML")))

fit <- function(f) list(estimate = as.numeric(f$beta), se = f$se, stat = f$zval, p = f$pval, ci95 = list(lower = f$ci.lb, upper = f$ci.ub))
ee <- rma(b$yi, b$vi, method = "EE", test = "knha")
tf <- trimfill(rma(b$yi, b$vi, method = "REML", control = tight(b$yi)), estimator = "L0")
filled <- rma(as.numeric(tf$yi), as.numeric(tf$vi), control = tight(b$yi))
profile <- function(y, v, x = NULL) {
  f <- if (is.null(x)) rma(y, v, control = tight(y)) else rma(y, v, mods = x, control = tight(y))
  c <- confint(f, control = list(tol = 1e-13, maxiter = 1e5))$random
  list(lower = c["tau^2", 2], upper = c["tau^2", 3])
}
rank_ties <- suppressWarnings(ranktest(round(b$yi, 1), round(b$vi, 2) + 0.01))
mh <- function(m) { f <- rma.mh(ai = a, bi = b, ci = c, di = d, data = o, measure = m, correct = FALSE); c(list(k = if (m == "RD") f$k else f$k.yi, QE = f$QE, QEp = f$QEp), fit(f)) }
pe <- rma.peto(ai = a, bi = b, ci = c, di = d, data = o)
out <- list(
  R = R.version.string, clusters = clusters,
  fe_knapp_hartung = fit(ee),
  trim_fill_reml = list(k0 = tf$k0, side = tf$side, estimate = as.numeric(filled$beta), se = filled$se, tau2 = filled$tau2),
  q_profile = list(hackshaw = profile(h$yi, h$vi), bcg_latitude = profile(b$yi, b$vi, b$ablat), hine = profile(r$yi, r$vi)),
  rank_ties = list(tau = unname(rank_ties$tau), p = unname(rank_ties$pval)),
  mh = list(OR = mh("OR"), RR = mh("RR"), RD = mh("RD"), peto = c(list(k = pe$k.yi, QE = pe$QE, QEp = pe$QEp), fit(pe))),
  subgroup_knapp_hartung = local({ f <- rma(b$yi, b$vi, mods = ~ factor(b$alloc), test = "knha", control = tight(b$yi)); list(f = f$QM, p = f$QMp, tau2 = f$tau2) }))
writeLines(toJSON(out, auto_unbox = TRUE, digits = NA, pretty = TRUE), "make-meta.json")
