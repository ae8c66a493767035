using System.Net;
using System.Text.RegularExpressions;

namespace BearerTools.Sandbox.CommandLine;

/// <summary>
/// A browser without a screen and without a user, for BROWSER: it follows redirects and submits every form unchanged.
/// The environment's proxy and trust apply.
/// </summary>
internal static partial class Browse
{
    private const int MaxHops = 20;

    /// <summary>Goes there and on; says what it was shown at the end, and whether that was no error.</summary>
    public static async Task<bool> RunAsync(Uri address)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        HttpContent? body = null;
        for (var hop = 0; hop < MaxHops; hop++)
        {
            using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, address) { Content = body };
            using var response = await http.SendAsync(request);
            var page = await response.Content.ReadAsStringAsync();
            body = null;
            if (response.Headers.Location is { } next)
            {
                address = new Uri(address, next);
            }
            else if (Form().Match(page) is { Success: true } form)
            {
                address = new Uri(address, WebUtility.HtmlDecode(form.Groups["action"].Value));
                body = new FormUrlEncodedContent(Input().Matches(form.Value).ToDictionary(input => input.Groups["name"].Value, input => WebUtility.HtmlDecode(input.Groups["value"].Value)));
            }
            else
            {
                Console.WriteLine($"{(int)response.StatusCode} {page}");
                return response.IsSuccessStatusCode;
            }
        }

        return false;
    }

    [GeneratedRegex("""<form[^>]*\baction="(?<action>[^"]*)".*?</form>""", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("""<input[^>]*\bname="(?<name>[^"]*)" value="(?<value>[^"]*)">""")]
    private static partial Regex Input();
}
