using System.Globalization;

namespace BearerTools.Tests.Conventions;

public sealed class RuntimeTests
{
    /// <summary>'build.ps1 Test -Runtime 8' sets the variable. A host that finds a later runtime would use that silently.</summary>
    [Fact]
    public void The_tests_run_on_the_runtime_that_was_asked_for()
    {
        var asked = Environment.GetEnvironmentVariable("BEARERTOOLS_RUNTIME");

        if (string.IsNullOrEmpty(asked)) Assert.InRange(Environment.Version.Major, 8, int.MaxValue);
        else Assert.Equal(int.Parse(asked, CultureInfo.InvariantCulture), Environment.Version.Major);
    }
}
