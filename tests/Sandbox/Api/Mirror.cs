using System.Text;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>
/// Responds with what the query says: <c>body</c> (or <c>base64</c>), media <c>type</c>, <c>status</c>, and any number of <c>header</c>s
/// such as <c>Link: &lt;&gt;; rel="next"</c>.
/// </summary>
internal static class Mirror
{
    public static void Map(ApiRoutes api)
    {
        api.Any("/api/mirror", Respond);
        api.Any("/api/mirror/{**rest}", Respond);
    }

    private static Task Respond(HttpContext http)
    {
        var query = http.Request.Query;
        foreach (var header in query["header"])
        {
            var (name, value) = header!.Split(": ", 2) is [var first, var second] ? (first, second) : (header, string.Empty);
            http.Response.Headers.Append(name, value);
        }

        var body = query["base64"] is [{ Length: > 0 } base64] ? Convert.FromBase64String(base64) : Encoding.UTF8.GetBytes(query["body"].ToString());
        if (http.QueryNumber("spaces", 0) is > 0 and var spaces) body = [.. Encoding.UTF8.GetBytes(new string(' ', spaces)), .. body];
        var type = query["type"] is [{ Length: > 0 } given] ? given : Responses.Json;
        return http.WriteBytes(body, type == "none" ? null : type, http.QueryNumber("status", StatusCodes.Status200OK));
    }
}
