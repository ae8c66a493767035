using System.Collections.Concurrent;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>
/// Work that takes time. Any method but GET to <c>/api/made/ID</c> begins some: <c>by</c> says where it can be asked for
/// (location, operation-location, azure-async, nowhere), <c>polls</c> how often it is still under way, <c>ends</c> how it
/// ends (Succeeded, Failed, Canceled, see-other), <c>retryAfter</c> what every answer meanwhile says, <c>status</c> what the
/// first one is. GET on the same address gives what was made.
/// </summary>
internal sealed class Operations(SandboxContext sandbox)
{
    private readonly ConcurrentDictionary<string, Work> _works = new(StringComparer.Ordinal);

    public void Map(ApiRoutes api)
    {
        api.Any("/api/made/{id}", http => HttpMethods.IsGet(http.Request.Method) ? Made(http, http.RouteText("id")) : Begin(http));
        api.Get("/api/operations/{id}", Monitor);
        api.Get("/api/operations/{id}/wait", Wait);
        api.Get("/api/computed/{id}", Computed);
    }

    private Task Begin(HttpContext http)
    {
        var id = http.RouteText("id");
        var query = http.Request.Query;
        var work = _works[id] = new Work(query["ends"] is [{ } ends] ? ends : "Succeeded", query["retryAfter"], query["resource"]) { Left = http.QueryNumber("polls", 2) };
        sandbox.Stats.Changed("made/" + id);
        var headers = http.Response.Headers;
        switch (query["by"].ToString())
        {
            case "location":
                headers.Location = $"/api/operations/{id}/wait";
                break;
            case "operation-location":
                headers["Operation-Location"] = $"{http.Request.Scheme}://{http.Request.Host}/api/operations/{id}";
                break;
            case "azure-async":
                headers["Azure-AsyncOperation"] = $"/api/operations/{id}";
                if (query["result"].Count > 0) headers.Location = $"/api/made/{id}";
                break;
            case "elsewhere":
                headers.Location = query["to"];
                break;
        }

        return ApiResponse(http, work, new { id, state = "accepted" }, http.QueryNumber("status", StatusCodes.Status202Accepted));
    }

    /// <summary>Always 200: the state is in the body.</summary>
    private Task Monitor(HttpContext http)
    {
        var (id, work) = Polled(http);
        if (work.Left-- > 0) return ApiResponse(http, work, new { id, status = "InProgress", percentComplete = 40 }, StatusCodes.Status200OK);
        return http.WriteJson(work.Ends switch
        {
            "Succeeded" => new { id, status = "Succeeded", resourceLocation = work.Resource },
            _ => (object)new { id, status = work.Ends, error = new { code = "QuotaExceeded", message = "There is no room for more." } },
        });
    }

    /// <summary>202 until it is done.</summary>
    private Task Wait(HttpContext http)
    {
        var (id, work) = Polled(http);
        if (work.Left-- > 0) return ApiResponse(http, work, new { id, state = "waiting" }, StatusCodes.Status202Accepted);
        if (work.Ends == "Failed") return http.WriteProblem(StatusCodes.Status409Conflict, "Conflict", "There is no room for more.");
        if (work.Ends != "see-other") return Made(http, id);
        http.Response.Headers.Location = $"/api/made/{id}";
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        return Task.CompletedTask;
    }

    /// <summary>202 without any address, until the response is ready.</summary>
    private Task Computed(HttpContext http)
    {
        var id = http.RouteText("id");
        if (sandbox.Stats.Arrived("computed/" + id) > http.QueryNumber("polls", 2)) return Made(http, id);
        return ApiResponse(http, new Work("", http.Request.Query["retryAfter"], null), new { id }, StatusCodes.Status202Accepted);
    }

    private (string Id, Work Work) Polled(HttpContext http)
    {
        var id = http.RouteText("id");
        sandbox.Stats.Arrived("operations/" + id);
        return (id, _works[id]);
    }

    private static Task Made(HttpContext http, string id) => http.WriteJson(new { id, made = true });

    private static Task ApiResponse(HttpContext http, Work work, object body, int status)
    {
        if (work.RetryAfter is { Length: > 0 }) http.Response.Headers.RetryAfter = work.RetryAfter;
        return http.WriteJson(body, status);
    }

    private sealed record Work(string Ends, string? RetryAfter, string? Resource)
    {
        public int Left { get; set; }
    }
}
