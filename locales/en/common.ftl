# Words that more than one command uses.
yes = yes
no = no
skipped = skipped: { $reason }
not-found = { $tool } not found
