using System.Globalization;
using System.Text;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>
/// The API that the examples of the documentation call: users, groups, tickets, orders with invoices, photos, exports and a report. What it
/// does not have is an error, so that no example is about something that no API would respond to.
/// </summary>
internal sealed class Contoso(SandboxContext sandbox)
{
    private const int Users = 25;
    private const int Orders = 10_000;
    private const int PageSize = 10;
    private static readonly string[] s_names = ["Ada", "Grace", "Edsger", "Barbara", "Alan"];
    private static readonly byte[] s_invoice = Encoding.ASCII.GetBytes("%PDF-1.7 (an invoice)");

    public void Map(ApiRoutes api)
    {
        api.Any("/contoso/users", ListOf(LinkedUsers));
        api.Any("/contoso/users/{id}", OneOf(Users, User));
        api.Get("/contoso/groups", WrappedGroups);
        api.Get("/contoso/tickets", Tickets);
        api.Any("/contoso/orders", ListOf(NumberedOrders));
        api.Any("/contoso/orders/{id}", OneOf(Orders, Order));
        api.Get("/contoso/orders/{id}/invoice", Invoice);
        api.Any("/contoso/photos", ListOf(http => http.WriteJson(Array.Empty<object>())));
        api.Any("/contoso/exports", BeginExport);
        api.Get("/contoso/exports/{id}", Export);
        api.Get("/contoso/report", http => http.WriteJson(new { from = http.Request.Query["from"].ToString(), total = 512_340.5 }));
    }

    /// <summary>A list that POST adds to.</summary>
    private static RequestDelegate ListOf(RequestDelegate read) => http => http.Request.Method switch
    {
        "GET" or "HEAD" => read(http),
        "POST" => http.WriteJson(new { id = Users + 1, created = true }, StatusCodes.Status201Created),
        _ => http.WriteProblem(StatusCodes.Status405MethodNotAllowed, "Method not allowed", "Use GET or POST."),
    };

    /// <summary>A member of a list, by its number or any name.</summary>
    private static RequestDelegate OneOf(int count, Func<int, object> make) => http =>
    {
        var isNumber = int.TryParse(http.RouteText("id"), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (isNumber && (number < 1 || number > count))
            return http.WriteProblem(StatusCodes.Status404NotFound, "Not found", $"There are only {count} of them.");
        if (!HttpMethods.IsDelete(http.Request.Method)) return http.WriteJson(make(isNumber ? number : 1));
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    };

    private static object User(int id) => new { id, name = s_names[id % s_names.Length], mail = $"user{id}@contoso.com" };

    private static object Order(int id) =>
        new { id, customer = s_names[id % s_names.Length], status = id % 3 == 0 ? "open" : "shipped", total = (id % 500) + 0.5 };

    private static Task LinkedUsers(HttpContext http)
    {
        var page = http.QueryNumber("page", 1);
        if (page * PageSize < Users) http.Response.Headers.Link = $"<?page={page + 1}>; rel=\"next\"";
        return http.WriteJson(Rows(Users, PageSize, page, User));
    }

    private static Task WrappedGroups(HttpContext http)
    {
        var page = http.QueryNumber("page", 1);
        var rows = Rows(Users, PageSize, page, id => new { id, displayName = $"Group {id}" });
        return http.WriteJson(page * PageSize < Users
            ? new Dictionary<string, object> { ["value"] = rows, ["@odata.nextLink"] = $"?page={page + 1}" }
            : new Dictionary<string, object> { ["value"] = rows });
    }

    private static Task Tickets(HttpContext http)
    {
        var page = http.QueryNumber("after", 1);
        var rows = Rows(Users, PageSize, page, id => new { id, subject = $"Ticket {id}" });
        return http.WriteJson(new { tickets = rows, meta = new { cursor = page * PageSize < Users ? $"{page + 1}" : null } });
    }

    private static Task NumberedOrders(HttpContext http) =>
        http.WriteJson(Rows(250, http.QueryNumber("limit", 100), http.QueryNumber("page", 1), Order));

    private static IEnumerable<object> Rows(int count, int size, int page, Func<int, object> make)
    {
        var before = Math.Max(0, page - 1) * size;
        return Enumerable.Range(before + 1, Math.Clamp(count - before, 0, size)).Select(make);
    }

    /// <summary>One order has no invoice, so that a script has a failure to report.</summary>
    private static Task Invoice(HttpContext http)
    {
        if (http.RouteText("id") == "249")
            return http.WriteProblem(StatusCodes.Status404NotFound, "Not found", "Order 249 has no invoice.");
        http.Response.Headers.ETag = "\"1\"";
        return http.WriteBytes(s_invoice, "application/pdf");
    }

    private Task BeginExport(HttpContext http)
    {
        var id = sandbox.Stats.Arrived("exports");
        http.Response.Headers.Location = $"/contoso/exports/{id}";
        http.Response.Headers.RetryAfter = "0";
        return http.WriteJson(new { id, state = "accepted" }, StatusCodes.Status202Accepted);
    }

    private Task Export(HttpContext http)
    {
        var id = http.RouteText("id");
        http.Response.Headers.RetryAfter = "0";
        return sandbox.Stats.Arrived("exports/" + id) < 2
            ? http.WriteJson(new { id, state = "running" }, StatusCodes.Status202Accepted)
            : http.WriteJson(new { id, state = "finished", rows = Orders });
    }
}
