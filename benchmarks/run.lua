-- POST /run under wrk, and what became of the runs. For example, against `make run`:
--
--     RUN_TOKEN=development-token wrk -t1 -c4 -d10s --timeout 30s -s benchmarks/run.lua http://127.0.0.1:8088/run
--
-- RUN_BODY is what is posted; without it, a Python hello world.

-- With RUN_ACCEPT=text/event-stream the runs are streamed.

local token = os.getenv("RUN_TOKEN") or "development-token"
local body = os.getenv("RUN_BODY") or [[{"image": "docker-run/python:latest", "payload": {"language": "python",
    "files": [{"name": "main.py", "content": "print('Hello World!')"}]}}]]

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["X-Access-Token"] = token
wrk.headers["Accept"] = os.getenv("RUN_ACCEPT") or "application/json"
wrk.body = body

-- Each thread of wrk has a Lua of its own; done() runs in yet another one, which sees what is global in them.
local threads = {}

function setup(thread)
    table.insert(threads, thread)
end

function init(arguments)
    warm, cold, refused, failed = 0, 0, 0, 0
    fault = ""
end

function response(status, headers, body)
    if status == 503 then
        refused = refused + 1
    elseif status ~= 200 or body:find("event: error", 1, true) then
        failed = failed + 1
        fault = status .. " " .. body
    elseif body:find("event: start", 1, true) then
        if body:find('"start":"warm"', 1, true) then warm = warm + 1 else cold = cold + 1 end
    else
        -- The entries of Server-Timing are separated by commas: warm, queue;dur=0.1, run;dur=3.0
        local timing = ""
        for name, value in pairs(headers) do
            if name:lower() == "server-timing" then timing = value end
        end
        if ("," .. timing:gsub("%s", "") .. ","):find(",warm,", 1, true) then warm = warm + 1 else cold = cold + 1 end
    end
end

function done(summary, latency, requests)
    local total = { warm = 0, cold = 0, refused = 0, failed = 0 }
    local last = ""
    for _, thread in ipairs(threads) do
        for name in pairs(total) do total[name] = total[name] + thread:get(name) end
        if thread:get("fault") ~= "" then last = thread:get("fault") end
    end
    print(("Runs: %d warm, %d cold, %d refused (503), %d failed"):format(
        total.warm, total.cold, total.refused, total.failed))
    print(("Latency in ms: p50 %.1f, p95 %.1f, p99 %.1f, worst %.1f"):format(
        latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
    if last ~= "" then print("The last failure: " .. last) end
end
