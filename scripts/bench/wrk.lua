-- The requests of `npm run bench`, for wrk: METHOD FILE, where each line of the file is a path, or a path, a tab and a JSON body.
-- {n} in a line becomes a number that counts up, so that each such request is another one.
local lines, requests, method, last, count = {}, {}, 'GET', 0, 0

local function format(line)
  local path, body = line:match('^([^\t]*)\t(.*)$')
  if body then wrk.headers['content-type'] = 'application/json' end
  return wrk.format(method, path or line, nil, body)
end

function init(arguments)
  method = arguments[1]
  count = tonumber(arguments[3] or '0')
  for line in io.lines(arguments[2]) do
    lines[#lines + 1] = line
    if not line:find('{n}', 1, true) then requests[#lines] = format(line) end
  end
end

function request()
  last = last % #lines + 1
  if requests[last] then return requests[last] end
  count = count + 1
  return format((lines[last]:gsub('{n}', count)))
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format('{"requests":%d,"micros":%d,"errors":%d,"p50":%f,"p99":%f}\n', summary.requests, summary.duration,
    failed.connect + failed.read + failed.write + failed.timeout + failed.status, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000))
end
