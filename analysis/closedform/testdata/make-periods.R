# Variances and power of trials whose clusters change arms, from the matrices of the means of the periods of
# all clusters in full. Rscript make-periods.R, in this folder, writes make-periods.json.
# The first design is also by equation 8 of Hussey & Hughes (2007): the script stops if it differs.
suppressMessages(library(jsonlite))
gls <- function(arm, size, clusters, icc, correlation, columns) {
  periods <- ncol(arm)
  information <- 0
  for (s in seq_len(nrow(arm))) {
    seen <- size[s, ] > 0
    v <- icc * correlation[seen, seen] + diag((1 - icc) / size[s, seen], sum(seen))
    x <- cbind(diag(periods), columns(s))[seen, , drop = FALSE]
    information <- information + clusters[s] * t(x) %*% solve(v) %*% x
  }
  solve(information)
}
hussey <- function(arm, n, clusters, icc) {
  x <- arm[rep(seq_len(nrow(arm)), clusters), , drop = FALSE]
  I <- nrow(x); T <- ncol(x); U <- sum(x); W <- sum(colSums(x)^2); V <- sum(rowSums(x)^2)
  s <- (1 - icc) / n
  I * s * (s + T * icc) / ((I * U - W) * s + (U^2 + I * T * U - T * W - I * V) * icc)
}
# For how many periods, with this one, a sequence has been treated without a break.
exposure <- function(arm) matrix(t(apply(arm, 1, function(x) Reduce(function(n, a) if (a == 1) n + 1 else 0, x, 0, accumulate = TRUE)[-1])), nrow(arm))
wedge <- function(steps) outer(1:steps, 1:(steps + 1), function(s, t) as.numeric(t > s))
power <- function(effect, se, df, alpha = 0.05) {
  q <- qt(1 - alpha / 2, df)
  list(effect = effect, se = se, df = df, alpha = alpha, normal = pnorm(abs(effect) / se - qnorm(1 - alpha / 2)),
    t = pt(q, df, effect / se, lower.tail = FALSE) + pt(-q, df, effect / se))
}
design <- function(name, arm, size, clusters, icc, kind, value) {
  if (length(size) == 1) size <- matrix(size, nrow(arm), ncol(arm))
  lag <- abs(outer(seq_len(ncol(arm)), seq_len(ncol(arm)), "-"))
  correlation <- switch(kind, constant = lag^0, exchangeable = ifelse(lag == 0, 1, value), decaying = value^lag)
  v <- gls(arm, size, clusters, icc, correlation, function(s) arm[s, ])
  e <- exposure(arm) * (size > 0); lengths <- seq_len(max(e))
  w <- tryCatch({
    by <- gls(arm, size, clusters, icc, correlation, function(s) outer(e[s, ], lengths, "==") * 1)
    l <- c(rep(0, ncol(arm)), rep(1 / length(lengths), length(lengths)))
    c(l %*% by %*% l)
  }, error = function(e) NA)
  if (kind == "constant" && length(unique(c(size))) == 1) stopifnot(abs(hussey(arm, size[1], clusters, icc) / v[ncol(v), ncol(v)] - 1) < 1e-10)
  list(name = name, arm = arm, size = size, clusters = clusters, icc = icc, kind = kind, correlation = value, variance = v[ncol(v), ncol(v)], by_exposure = w)
}
set.seed(1)
unequal <- matrix(sample(0:30, 20, TRUE), 4)
crossover <- rbind(c(0, 1), c(1, 0)); baseline <- rbind(c(0, 0), c(0, 1)); parallel <- rbind(0, 1)
out <- list(source = paste0(R.version.string, "; see make-periods.R"), designs = list(
  design("wedge", wedge(4), 120, c(6, 6, 6, 6), 0.0021, "constant", 1),
  design("wedge, icc", wedge(4), 20, c(3, 3, 3, 3), 0.05, "constant", 1),
  design("wedge, exchangeable", wedge(4), 20, c(3, 3, 3, 3), 0.05, "exchangeable", 0.8),
  design("wedge, decaying", wedge(6), 15, c(2, 2, 2, 2, 2, 2), 0.1, "decaying", 0.7),
  design("wedge, unequal", wedge(4), unequal, c(2, 3, 4, 1), 0.08, "exchangeable", 0.6),
  design("crossover", crossover, 25, c(5, 5), 0.04, "exchangeable", 0.75),
  design("crossover and back", rbind(c(0, 1, 1, 0, 1), c(1, 0, 0, 1, 1), c(0, 0, 1, 1, 0)), 12, c(4, 4, 3), 0.04, "decaying", 0.75),
  design("baseline", baseline, 30, c(6, 6), 0.06, "exchangeable", 0.9),
  design("parallel", parallel, 40, c(8, 8), 0.03, "constant", 1)),
  power = list(power(0.3, 0.1, 40), power(0.2, 0.09, 8), power(-0.5, 0.2, 200), power(0.1, 0.05, 15, 0.01)))
write(toJSON(out, auto_unbox = TRUE, digits = NA), "make-periods.json")
