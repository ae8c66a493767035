using System.Globalization;
using System.Text;

namespace BearerTools.Sandbox.Api;

/// <summary>
/// Streams of events (text/event-stream): <c>count</c> events with ids from 1, after the one that Last-Event-ID names. The connection breaks
/// after every <c>cut</c> events; without ids the client cannot say where.
/// </summary>
internal static class EventStreams
{
    public static void Map(ApiRoutes api)
    {
        api.Any("/api/events/numbered", Numbered);
    }

    private static async Task Numbered(HttpContext http)
    {
        var last = int.TryParse(http.Request.Headers["Last-Event-ID"], CultureInfo.InvariantCulture, out var id) ? id : 0;
        var (count, cut) = (Number(http, "count", 5), Number(http, "cut", int.MaxValue));
        var hasIds = Number(http, "ids", 1) == 1;
        http.Response.ContentType = "text/event-stream";
        // Kestrel closes the connection by itself when a response ends before its length; an abort could overtake the last events.
        if (count - last > cut) http.Response.ContentLength = 1_000_000;
        for (var n = last + 1; n <= count; n++)
        {
            if (n - last > cut)
            {
                // Part of an event, which the client must not take for one.
                await http.Response.Body.WriteAsync("id: 99\ndata: {\"n\":"u8.ToArray(), http.RequestAborted);
                return;
            }

            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"{(hasIds ? $"id: {n}\n" : string.Empty)}data: {{\"n\":{n}}}\n\n"), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }

    private static int Number(HttpContext http, string name, int otherwise) =>
        int.TryParse(http.Request.Query[name], CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
