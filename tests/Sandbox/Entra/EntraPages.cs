using System.Net;
using System.Text;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Entra;

/// <summary>Pages with one form, which a browser without a user can submit.</summary>
internal static class EntraPages
{
    public static Task WriteForm(this HttpContext http, string title, string action, IEnumerable<KeyValuePair<string, string>> fields, string button)
    {
        var inputs = string.Concat(fields.Select(field => $"""<input type="hidden" name="{Encode(field.Key)}" value="{Encode(field.Value)}">"""));
        return http.WritePage($"""<h1>{Encode(title)}</h1><form method="post" action="{Encode(action)}">{inputs}<button>{Encode(button)}</button></form>""");
    }

    public static Task WritePage(this HttpContext http, string body, int status = StatusCodes.Status200OK) =>
        http.WriteBytes(Encoding.UTF8.GetBytes($"<!doctype html><html><body>{body}</body></html>"), "text/html; charset=utf-8", status);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
