//! Scores of the estimator on measured data.
