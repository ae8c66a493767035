using System.Security.Cryptography;
using System.Text;

namespace BearerTools.Grants.Login;

/// <summary>The result of a redirect.</summary>
internal enum LoopbackReply
{
    /// <summary>The redirect is not the expected response.</summary>
    Unknown,

    /// <summary>The redirect is the expected response, and successful.</summary>
    Done,

    /// <summary>The redirect is the expected response, and an error.</summary>
    Failed,
}

/// <summary>The pages that the browser shows at the end. They do not echo the request, and load and run nothing.</summary>
internal static class LoopbackPage
{
    private const string Style = "body{font:1.1em/1.5 system-ui,sans-serif;max-width:34em;margin:15vh auto;padding:0 1em;"
        + "color:#222;background:#fff}"
        + "@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}}";

    private static readonly string s_policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static byte[] Of(LoopbackReply reply) => reply switch
    {
        LoopbackReply.Done => Response("200 OK", "You are signed in",
            "You can close this page and return to PowerShell. If PowerShell is still waiting for input, press Enter there."),
        LoopbackReply.Failed => Response("200 OK", "Sign-in failed",
            "See PowerShell for the reason. You can close this page. If PowerShell is still waiting for input, press Enter there."),
        _ => Response("400 Bad Request", "Unexpected sign-in",
            "This response may belong to an older sign-in. PowerShell is still waiting for the latest one."),
    };

    public static byte[] NotFound { get; } = Response("404 Not Found", "Page not found",
        "PowerShell is waiting for a sign-in at another address.");

    public static byte[] Refused { get; } = Response("400 Bad Request", "Invalid request",
        "PowerShell is waiting for a sign-in, and this request is not a sign-in response.");

    private static byte[] Response(string status, string title, string text)
    {
        var body = Encoding.UTF8.GetBytes(
            $"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
            + $"<title>{title}</title><style>{Style}</style></head>"
            + $"<body><h1>{title}</h1><p>{text}</p></body></html>");
        var head = FormattableString.Invariant(
            $"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {body.Length}\r\n")
            + $"Content-Security-Policy: {s_policy}\r\n"
            + "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}
