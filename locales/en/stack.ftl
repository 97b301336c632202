# Prometheus, Alertmanager and what receives their alerts.
stack-missing = { $tool } not found. Run tools/fetch, or install it and put it on PATH.
stack-write = Cannot write { $path }: { $reason }. Choose another folder with --out.
stack-listen = No local port to be had: { $reason }.
stack-spawn = { $tool } does not start: { $reason }.
stack-exited = { $tool } ended by itself ({ $status }). Its last lines: { $log }
stack-not-ready = { $tool } is not ready after { $seconds } s. See { $log }.
stack-answer = Unexpected answer from { $tool }: { $said }
