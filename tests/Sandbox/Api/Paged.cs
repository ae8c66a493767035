using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>
/// One list in pages, in the ways that APIs have: <c>total</c> rows, <c>size</c> a page, each page after <c>ms</c>
/// milliseconds. <c>next</c> is where the second page says that the third is, true or not; <c>fail</c> is a page that fails.
/// </summary>
internal sealed class Paged(SandboxContext sandbox)
{
    private const int DefaultTotal = 25;
    private const int DefaultSize = 10;

    public void Map(ApiRoutes api)
    {
        api.Any("/api/paged/link", http => ApiResponse(http, At(http), WithLink));
        api.AnyWithoutToken("/open/paged/link", http => ApiResponse(http, At(http), WithLink));
        api.Any("/api/paged/odata", http => ApiResponse(http, At(http), (_, rows, next) => new JsonObject { ["@odata.context"] = "$metadata", ["@odata.nextLink"] = next, ["value"] = rows }));
        api.Any("/api/paged/body", http => ApiResponse(http, At(http), (_, rows, next) => new JsonObject { ["items"] = rows, ["links"] = new JsonObject { ["next"] = next } }));
        api.Any("/api/paged/cursor", http => ApiResponse(http, Cursor(http), (_, rows, next) => new JsonObject { ["items"] = rows, ["meta"] = new JsonObject { ["cursor"] = next is null ? "" : CursorOf(next) } }));
        api.Any("/api/paged/offset", http => ApiResponse(http, 0, (_, rows, _) => rows));
        api.Any("/api/paged/page", http => ApiResponse(http, http.QueryNumber("page", 1) - 1, (_, rows, _) => rows));
        api.Any("/api/paged/counted", http => ApiResponse(http, http.QueryNumber("page", 1) - 1, (_, rows, _) => new JsonObject { ["total"] = Total(http), ["items"] = rows }));
    }

    private async Task ApiResponse(HttpContext http, int page, Func<HttpContext, JsonArray, string?, JsonNode> shape)
    {
        sandbox.Stats.Arrived("paged/" + page.ToString(CultureInfo.InvariantCulture));
        await Task.Delay(TimeSpan.FromMilliseconds(http.QueryNumber("ms", 0)), sandbox.Clock, http.RequestAborted);
        if (http.QueryNumber("fail", 0) == page + 1)
        {
            await http.WriteProblem(StatusCodes.Status500InternalServerError, "Page lost", "This page cannot be read.");
            return;
        }

        var (total, size) = (Total(http), Size(http));
        var rows = new JsonArray();
        var before = page * size + http.QueryNumber("skip", 0);
        for (var id = before + 1; id <= Math.Min(total, before + size); id++) rows.Add(new JsonObject { ["id"] = id });
        var next = (page + 1) * size < total ? Next(http, page) : null;
        await http.WriteJson(shape(http, rows, next));
    }

    /// <summary>Relative, as the standard allows, and as few servers have it.</summary>
    private static string Next(HttpContext http, int page)
    {
        if (page == 1 && http.Request.Query["next"] is [{ Length: > 0 } misled]) return misled;
        var query = http.Request.Query.Where(pair => pair.Key != "at").Append(new("at", (page + 1).ToString(CultureInfo.InvariantCulture)));
        return QueryHelpers.AddQueryString(http.Request.Path.Value!.Split('/')[^1], query);
    }

    private static JsonArray WithLink(HttpContext http, JsonArray rows, string? next)
    {
        var first = "<?at=0>; rel=\"first\"";
        http.Response.Headers.Link = next is null ? first : $"{first}, <{next}>; rel=\"next\"";
        return rows;
    }

    private static int At(HttpContext http) => http.QueryNumber("at", 0);

    private static int Cursor(HttpContext http) => http.Request.Query["after"] is [{ } cursor] && cursor.StartsWith("page ", StringComparison.Ordinal) ? int.Parse(cursor[5..], CultureInfo.InvariantCulture) : 0;

    /// <summary>With a blank: a cursor has to be escaped.</summary>
    private static string CursorOf(string next) => "page " + next[(next.LastIndexOf('=') + 1)..];

    private static int Total(HttpContext http) => http.QueryNumber("total", DefaultTotal);

    private static int Size(HttpContext http) => Math.Max(1, http.QueryNumber("size", http.QueryNumber("take", DefaultSize)));
}
