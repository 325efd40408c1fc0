-- Sends each job of a file once ("token<TAB>path<TAB>body" a line), says how many a second, and ends. One thread.
local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds; long micros; } moment; int gettimeofday(moment *, void *);")

local jobs, sent, answered, refused, begun = {}, 0, 0, 0, nil

local function now()
  local moment = ffi.new("moment")
  ffi.C.gettimeofday(moment, nil)
  return tonumber(moment.seconds) + tonumber(moment.micros) / 1e6
end

function init(args)
  for line in io.lines(args[1]) do
    local token, path, body = line:match("^(.-)\t(.-)\t(.*)$")
    jobs[#jobs + 1] = { token, path, body }
  end
end

function request()
  begun = begun or now()
  sent = math.min(sent + 1, #jobs) -- past the end the last one is sent again, which is a retry
  local job = jobs[sent]
  local headers = { ["Authorization"] = "Bearer " .. job[1], ["Content-Type"] = "application/json" }
  return wrk.format("POST", job[2], headers, job[3])
end

function response(status)
  answered = answered + 1
  if status ~= 200 and status ~= 201 then refused = refused + 1 end
  if answered == #jobs then
    io.stdout:write(string.format("refused %d\nrate %.1f\n", refused, answered / (now() - begun)))
    io.stdout:flush()
    os.exit(0)
  end
end
