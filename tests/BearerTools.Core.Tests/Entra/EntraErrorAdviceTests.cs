using System.Net;
using BearerTools.Entra;

namespace BearerTools.Tests.Entra;

public sealed class EntraErrorAdviceTests
{
    [Theory]
    [InlineData("https://graph.microsoft.com", "https://graph.microsoft.com/.default")]
    [InlineData("https://management.core.windows.net/", "https://management.core.windows.net//.default")]
    [InlineData("api://11111111-2222-3333-4444-555555555555", "api://11111111-2222-3333-4444-555555555555/.default")]
    public void An_API_stands_for_all_that_is_granted_there_letter_by_letter(string resource, string scope)
    {
        var scopes = EntraScope.Of([], [resource]);

        Assert.Equal([scope], scopes);
        Assert.Equal(resource, EntraScope.Resource(scopes));
        EntraScope.RequireDefaultScope(scopes);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("User.Read", "https://graph.microsoft.com")]
    [InlineData("", "https://graph.microsoft.com https://management.azure.com")]
    public void None_or_two_APIs_or_an_API_beside_scopes_are_refused(string scopes, string resources) =>
        Assert.Equal("InvalidScope", Assert.Throws<BearerTokenException>(() => EntraScope.Of(Split(scopes), Split(resources))).ErrorId);

    [Theory]
    [InlineData("https://graph.microsoft.com/User.Read")]
    [InlineData("https://graph.microsoft.com/.default https://management.azure.com/.default")]
    public void Applications_ask_for_one_API_alone(string scopes) =>
        Assert.Contains("-Resource", Assert.Throws<BearerTokenException>(() => EntraScope.RequireDefaultScope(Split(scopes))).NextStep, StringComparison.Ordinal);

    [Theory]
    [InlineData("contoso.onmicrosoft.com", true)]
    [InlineData("11111111-2222-3333-4444-555555555555", true)]
    [InlineData("organizations", false)]
    [InlineData("Common", false)]
    [InlineData("consumers", false)]
    public void A_tenant_is_a_specific_one_or_that_of_the_user(string tenant, bool isOne)
    {
        var authority = EntraAuthority.Of(tenant);

        Assert.Equal(isOne, authority.IsSpecificTenant);
        Assert.Equal($"https://login.microsoftonline.com/{tenant}", authority.Address.AbsoluteUri);
        Assert.Equal(isOne ? null : "InvalidTenant", (Record.Exception(authority.RequireSpecificTenant) as BearerTokenException)?.ErrorId);
    }

    [Theory]
    [InlineData("contoso.com/../other")]
    [InlineData("contoso.com?x=1")]
    [InlineData("http://contoso.com")]
    [InlineData("..")]
    [InlineData("")]
    public void An_invalid_tenant_does_not_become_part_of_an_address(string tenant) =>
        Assert.Equal("InvalidTenant", Assert.Throws<BearerTokenException>(() => EntraAuthority.Of(tenant)).ErrorId);

    [Theory]
    [InlineData("http://login.microsoftonline.com")]
    [InlineData("login.microsoftonline.com")]
    public void A_sign_in_service_is_asked_over_https_only(string host) =>
        Assert.Equal("InvalidEnvironment", Assert.Throws<BearerTokenException>(() => EntraAuthority.At("contoso.com", host)).ErrorId);

    [Theory]
    [InlineData("https://login.microsoftonline.us")]
    [InlineData("https://login.microsoftonline.us/")]
    [InlineData("https://login.microsoftonline.us/common/")]
    public void The_tenant_is_the_one_that_is_named_whatever_the_path_is(string host) =>
        Assert.Equal("https://login.microsoftonline.us/contoso.com", EntraAuthority.At("contoso.com", host).Address.AbsoluteUri);

    [Fact]
    public void Ids_and_times_in_Entras_text_do_not_hide_the_error()
    {
        var error = EntraErrors.Refused(
            "Entra ID refused", "invalid_grant", "AADSTS50126: Error validating credentials. Trace ID: 1 Correlation ID: 66666666-7777-8888-9999-aaaaaaaaaaaa Timestamp: 2026-01-01 00:00:00Z");

        Assert.Equal("Entra ID refused: AADSTS50126: Error validating credentials. (correlation id 66666666-7777-8888-9999-aaaaaaaaaaaa)", error.Message);
        Assert.Equal(("AADSTS50126", "66666666-7777-8888-9999-aaaaaaaaaaaa", "WrongPassword"), (error.AuthorityCode, error.CorrelationId, error.ErrorId));
    }

    [Fact]
    public void An_error_inside_a_larger_one_keeps_the_text_of_Entra()
    {
        var error = EntraErrors.Refused("Entra ID refused", "invalid_client", "AADSTS7000222: Expired. Correlation ID: 66666666-7777-8888-9999-aaaaaaaaaaaa", HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(3));

        var larger = error.Within("Larger", "It failed.", null);

        Assert.Equal((error.AuthorityCode, error.CorrelationId, error.RetryAfter, error.StatusCode), (larger.AuthorityCode, larger.CorrelationId, larger.RetryAfter, larger.StatusCode));
    }

    [Theory]
    [InlineData("""{"error":"invalid_request","error_description":"Identity not found"}""", 400, "ManagedIdentityNotAssigned", "Identity not found")]
    [InlineData("<html>", 400, "ManagedIdentityFailed", null)]
    [InlineData("""{"error":"not_found"}""", 404, "ManagedIdentityFailed", "not_found")]
    [InlineData("", 302, "ManagedIdentityFailed", null)]
    [InlineData("", 405, "ManagedIdentityFailed", null)]
    [InlineData("", 408, "ManagedIdentityFailed", null)]
    [InlineData("""{"statusCode":500,"message":"It is down."}""", 500, "ManagedIdentityUnavailable", "It is down.")]
    [InlineData("""{"error":{"code":"403","message":"You may not."}}""", 403, "ManagedIdentityForbidden", "You may not.")]
    [InlineData("""{"error":"invalid_resource","error_description":"AADSTS500011: It was not found."}""", 400, "ResourceNotFound", "AADSTS500011: It was not found.")]
    [InlineData("""{"error":"invalid_request","error_description":"AADSTS999999: New."}""", 400, "TokenRequestRejected", "AADSTS999999: New.")]
    [InlineData("<html>", 429, "Throttled", null)]
    public void The_error_of_each_platform_is_read(string body, int status, string id, string? words)
    {
        var error = ManagedIdentityErrors.Read("this machine's system-assigned identity", body, (HttpStatusCode)status, null);

        Assert.Equal((id, words), (error.ErrorId, error.ErrorDescription));
        Assert.NotNull(error.NextStep);
    }

    [Theory]
    [InlineData("http://169.254.169.254/metadata/identity/oauth2/token", true)]
    [InlineData("http://169.254.129.2:8081/msi/token", true)]
    [InlineData("http://10.1.2.3/msi/token", false)]
    [InlineData("http://169.254.169.254.example.com/", false)]
    public void A_link_local_address_is_the_platforms(string address, bool isPlatforms) =>
        Assert.Equal(isPlatforms, ManagedIdentityAddress.Is(new Uri(address)));

    private static string[] Split(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
