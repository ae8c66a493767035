using System.Net;
using System.Text.RegularExpressions;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>
/// Recognises a page that asks a user to sign in where data was requested: some APIs return one with a success status when they do not
/// accept the token. HTML that the caller accepts is a result like any other. A page that is not declared as HTML is recognised by its
/// form.
/// </summary>
internal static partial class SignInPage
{
    public const string ErrorId = "SignInPage";

    /// <summary>True if the head of the response alone shows it: HTML with status 203, or after a redirect to a login.</summary>
    /// <param name="response">The response.</param>
    public static bool HasHead(ApiResponse response) =>
        IsUnexpectedHtml(response)
        && (response.Status == HttpStatusCode.NonAuthoritativeInformation
            || (response.Template.IsRedirected && LoginAddress().IsMatch(response.Template.Address.GetLeftPart(UriPartial.Path))));

    /// <summary>
    /// True if the page has a form for a password or single sign-on; if it is declared as HTML, also if the head shows it, or JSON was
    /// requested. Other HTML may be what the API has there.
    /// </summary>
    /// <param name="response">The response.</param>
    /// <param name="text">Its body, which is markup: JSON is often declared as HTML.</param>
    /// <param name="needsJson">True if the command can only use JSON.</param>
    public static bool Is(ApiResponse response, string text, bool needsJson) =>
        MayBe(response)
        && (HasLoginForm(text)
            || (IsUnexpectedHtml(response)
                && (needsJson
                    || HasHead(response)
                    || response.Template.Accept?.Contains("json", StringComparison.OrdinalIgnoreCase) == true)));

    /// <summary>True if the body has to be looked at: it may be HTML, and the caller did not ask for that.</summary>
    public static bool MayBe(ApiResponse response) => IsUnexpectedHtml(response) || IsUndeclared(response);

    /// <summary>True for success without a media type, or as plain text, where HTML was not requested.</summary>
    public static bool IsUndeclared(ApiResponse response) =>
        response.IsSuccess
        && response.Message.Content.Headers.ContentType?.MediaType is null or "text/plain"
        && !AcceptsHtml(response)
        && !IsDownload(response);

    /// <summary>The error for a response that has not been read.</summary>
    public static async Task<BearerRequestException> ErrorAsync(ApiResponse response, RequestContext context)
    {
        var (body, isCut) = await RequestFailure.ReadStartAsync(response.Message.Content, context).ConfigureAwait(false);
        return Error(response, body, isCut);
    }

    /// <summary>The error for a response with this body.</summary>
    public static BearerRequestException Error(ApiResponse response, string? body, bool isCut = false)
    {
        var address = RequestAddress.Printable(response.Template.Address);
        return new BearerRequestException(
            $"{response.Template.Method} {address}: {(int)response.Status}, but the response is an HTML page such as a sign-in page, "
                + $"not data{(body is not null && HtmlPage.TextOf(body, isCut) is { } text ? $": \"{text}\"" : string.Empty)}"
                + (RequestFailure.IdentityOf(response) is { } name ? $" ({name})." : "."),
            response.Status,
            RequestFailure.Headers(response.Message),
            body is null ? null : ServerText.Clean(body, RequestFailure.LongestBody, isCut))
        {
            ErrorId = ErrorId,
            Kind = BearerErrorKind.Authentication,
            Address = address,
            NextStep = (IdentityAdvice.SentBasic(response)
                    ? "The API may not accept this user name and password: check them, and the address. "
                    : "The API may not accept this token: check its audience and scopes, and the address. ")
                + "If the page is what you need, use -AsText, -AsBytes, -Headers @{ Accept = 'text/html' } or -SkipHttpErrorCheck.",
        };
    }

    private static bool IsUnexpectedHtml(ApiResponse response) =>
        response.IsSuccess
        && response.Message.Content.Headers.NonValidated.TryGetValues("Content-Type", out var type)
        && type.ToString().Contains("html", StringComparison.OrdinalIgnoreCase)
        && !AcceptsHtml(response)
        && !IsDownload(response);

    /// <summary>True if the server sends a file, and no page to be shown (RFC 6266 section 4.2).</summary>
    private static bool IsDownload(ApiResponse response) =>
        response.Message.Content.Headers.NonValidated.TryGetValues("Content-Disposition", out var disposition)
        && disposition.ToString().TrimStart().StartsWith("attachment", StringComparison.OrdinalIgnoreCase);

    /// <summary>Comments are removed only from a page that seems to have a form.</summary>
    private static bool HasLoginForm(string page) =>
        LoginForm().IsMatch(page) && LoginForm().IsMatch(HtmlComments.Remove(page));

    private static bool AcceptsHtml(ApiResponse response) =>
        response.Template.Accept?.Contains("html", StringComparison.OrdinalIgnoreCase) == true;

    [GeneratedRegex(
        "(?i)[/.](?:log-?_?in|sign-?_?in|log-?_?on|sign-?_?on|sso|saml2?|adfs|authorize|oauth2?|_signin)(?:[/.]|$)"
            + "|//(?:login|signin|sso|adfs|auth|idp|accounts?)[.]",
        RegexOptions.CultureInvariant)]
    private static partial Regex LoginAddress();

    [GeneratedRegex(
        """(?i)<input\b[^>]{0,1000}(?:type\s*=\s*["']?password|name\s*=\s*["']?SAML(?:Request|Response))""",
        RegexOptions.CultureInvariant)]
    private static partial Regex LoginForm();
}
