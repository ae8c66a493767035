using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>
/// A list of <c>total</c> rows in pages of <c>size</c>, whose cursors are in unusual places: in headers and bodies, with the last page too,
/// or implied by the last row. The cursor is the text <c>page N</c> or the number N.
/// </summary>
internal sealed class Cursors(SandboxContext sandbox)
{
    private const string Header = "x-ms-continuationtoken";

    public void Map(ApiRoutes api)
    {
        api.Any("/api/cursors/stream", http => Respond(http, At(http.Request.Query["after"]), (page, rows, isLast) => new()
        {
            ["after"] = Text(isLast ? page : page + 1), ["rows"] = rows, ["end_of_stream"] = isLast,
        }));
        api.Any("/api/cursors/more", http => Respond(http, At(http.Request.Query["after"]), (page, rows, isLast) => new()
        {
            ["meta"] = new JsonObject { ["next"] = Text(isLast ? page : page + 1), ["has_more"] = !isLast, ["again"] = !isLast }, ["rows"] = rows,
        }));
        api.Any("/api/cursors/header", http => Respond(http, At(Otherwise(http.Request.Query["after"], http.Request.Headers[Header])), (page, rows, isLast) =>
        {
            if (!isLast) http.Response.Headers[Header] = Text(page + 1);
            return new() { ["rows"] = rows };
        }));
        api.Any("/api/cursors/body", Body);
        api.Any("/api/cursors/containers", Containers);
        api.Any("/api/cursors/rows", http =>
        {
            var after = http.QueryNumber("after", 0);
            return Respond(http, after / Size(http), (_, rows, isLast) => new() { ["data"] = rows, ["has_more"] = !isLast });
        });
        api.Any("/api/cursors/gateway", http => Respond(http, http.QueryNumber("at", 0), (page, rows, isLast) => new()
        {
            ["rows"] = rows, ["next"] = isLast ? null : $"http://internal.example:8080/api/cursors/gateway?at={page + 1}",
        }));
    }

    /// <summary>The cursor is in the body of the request: JSON at paging.after, or a field of a form.</summary>
    private async Task Body(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var sent = await reader.ReadToEndAsync(http.RequestAborted);
        var isForm = http.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) == true;
        var page = isForm
            ? At(QueryHelpers.ParseQuery(sent).GetValueOrDefault("after"))
            : sent.Length == 0 ? 0 : JsonNode.Parse(sent)!["paging"]?["after"]?.GetValue<int>() ?? 0;
        await Respond(http, page, (at, rows, isLast) => new()
        {
            ["sent"] = sent, ["rows"] = rows, ["next"] = isLast ? null : isForm ? Text(at + 1) : at + 1,
        });
    }

    /// <summary>
    /// Cursors that are arrays and objects, as those of Elasticsearch (the sort values of the last row) and DynamoDB (the last key).
    /// </summary>
    private async Task Containers(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var sent = await reader.ReadToEndAsync(http.RequestAborted);
        var body = sent.Length == 0 ? null : JsonNode.Parse(sent);
        var after = body?["search_after"] is JsonArray sort ? sort[0]!.GetValue<int>()
            : body?["ExclusiveStartKey"] is JsonObject key ? int.Parse(key["id"]!["N"]!.GetValue<string>(), CultureInfo.InvariantCulture)
            : 0;
        await Respond(http, after / Size(http), (_, rows, isLast) =>
        {
            foreach (var row in rows) row!["sort"] = new JsonArray(row["id"]!.GetValue<int>(), "ü\"<", new JsonObject());
            var last = rows.Count == 0 ? 0 : rows[^1]!["id"]!.GetValue<int>();
            return new()
            {
                ["hits"] = rows,
                ["LastEvaluatedKey"] = isLast ? null : new JsonObject { ["id"] = new JsonObject { ["N"] = last.ToString(CultureInfo.InvariantCulture) } },
                ["sent"] = sent,
            };
        });
    }

    private Task Respond(HttpContext http, int page, Func<int, JsonArray, bool, JsonObject> shape)
    {
        sandbox.Stats.Arrived("cursors/" + page.ToString(CultureInfo.InvariantCulture));
        var (total, size) = (http.QueryNumber("total", 25), Size(http));
        var rows = new JsonArray();
        for (var id = (page * size) + 1; id <= Math.Min(total, (page + 1) * size); id++) rows.Add(new JsonObject { ["id"] = id });
        return http.WriteJson(shape(page, rows, (page + 1) * size >= total));
    }

    private static int Size(HttpContext http) => http.QueryNumber("size", 10);

    private static string? Otherwise(string? first, string? second) => string.IsNullOrEmpty(first) ? second : first;

    private static string Text(int page) => "page " + page.ToString(CultureInfo.InvariantCulture);

    private static int At(string? cursor) => cursor is { Length: > 5 } ? int.Parse(cursor[5..], CultureInfo.InvariantCulture) : 0;
}
