using System.Security.Cryptography;
using System.Text;

namespace BearerTools.Grants.Login;

/// <summary>What became of a redirect.</summary>
internal enum LoopbackReply
{
    /// <summary>It is not the answer that is waited for.</summary>
    Unknown,

    /// <summary>It is, and it is good.</summary>
    Done,

    /// <summary>It is, and it is an error.</summary>
    Failed,
}

/// <summary>What the browser shows at the end. It repeats nothing of the request, and loads and runs nothing.</summary>
internal static class LoopbackPage
{
    private const string Style = "body{font:1.1em/1.5 system-ui,sans-serif;max-width:34em;margin:15vh auto;padding:0 1em;color:#222;background:#fff}"
        + "@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}}";

    private static readonly string s_policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static byte[] Of(LoopbackReply reply) => reply switch
    {
        LoopbackReply.Done => Response("200 OK", "You are logged in", "You can close this page and go back to PowerShell. If it still waits for a line there, press Enter."),
        LoopbackReply.Failed => Response("200 OK", "The login did not succeed", "PowerShell says why. You can close this page. If PowerShell still waits for a line, press Enter there."),
        _ => Response("400 Bad Request", "This is not the login that is waited for", "It may be an older one. PowerShell goes on waiting for the one that was started last."),
    };

    public static byte[] NotFound { get; } = Response("404 Not Found", "There is nothing here", "PowerShell waits for the end of a login at another address.");

    public static byte[] Refused { get; } = Response("400 Bad Request", "This cannot be used", "PowerShell waits for the end of a login, and this is none.");

    private static byte[] Response(string status, string title, string text)
    {
        var body = Encoding.UTF8.GetBytes(
            $"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{Style}</style></head>"
            + $"<body><h1>{title}</h1><p>{text}</p></body></html>");
        var head = FormattableString.Invariant(
            $"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {body.Length}\r\nContent-Security-Policy: {s_policy}\r\n")
            + "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}
