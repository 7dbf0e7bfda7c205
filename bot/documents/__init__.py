"""自评的文书：写成网页、Word、Excel，凭签了名的链接取；内容在 dialogs/papers/。"""
