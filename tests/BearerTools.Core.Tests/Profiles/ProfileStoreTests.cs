using BearerTools.Composition;
using BearerTools.Profiles;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Profiles;

public sealed class ProfileStoreTests
{
    private readonly ProfileStore _store = new();

    [Fact]
    public void A_profile_is_found_whatever_the_case_of_its_name_and_replaced_as_a_whole()
    {
        _store.Set(Profile("Contoso", "https://one.example/"));
        _store.Set(Profile("contoso", "https://two.example/"));

        Assert.Equal(new Uri("https://two.example/"), _store.Get("CONTOSO").BaseUri);
        Assert.Single(_store.All);
    }

    [Theory]
    [InlineData("contsoo", "Did you mean 'contoso'?")]
    [InlineData("fabr", "Did you mean 'fabrikam'?")]
    [InlineData("zebra", "The profiles are 'contoso', 'fabrikam'.")]
    public void The_error_for_an_unknown_name_suggests_the_nearest(string name, string nextStep)
    {
        _store.Set(Profile("contoso", null));
        _store.Set(Profile("fabrikam", null));

        var error = Assert.Throws<BearerTokenException>(() => _store.Get(name));

        Assert.Equal("ProfileNotFound", error.ErrorId);
        Assert.StartsWith(nextStep, error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_that_was_removed_is_gone()
    {
        _store.Set(Profile("contoso", null));
        _store.Remove("CONTOSO");

        Assert.Empty(_store.Names);
        Assert.Throws<BearerTokenException>(() => _store.Remove("contoso"));
    }

    [Fact]
    public void An_origin_leads_to_the_profiles_that_admit_it()
    {
        _store.Set(Profile("one", "https://one.example/v1/"));
        _store.Set(Profile("both", "https://two.example/") with { AllowedOrigins = [Origin.Of(new Uri("https://one.example"))] });

        Assert.Equal(["both", "one"], _store.For(Origin.Of(new Uri("https://one.example/x"))));
        Assert.Empty(_store.For(Origin.Of(new Uri("https://three.example"))));
    }

    [Fact]
    public void Connections_of_one_profile_share_its_cached_token()
    {
        var services = new BearerServices();
        var profile = Profile("contoso", "https://one.example/");

        Assert.Same(Connection.Of(services, profile).Tokens, Connection.Of(services, profile).Tokens);
    }

    private static ConnectionProfile Profile(string name, string? baseUri) => new()
    {
        Name = name,
        Source = new ScriptedSource(TimeProvider.System),
        BaseUri = baseUri is null ? null : new Uri(baseUri),
    };
}
