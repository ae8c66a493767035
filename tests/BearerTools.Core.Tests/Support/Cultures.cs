using System.Globalization;

namespace BearerTools.Tests.Support;

/// <summary>Runs code under another culture than the machine's.</summary>
internal static class Cultures
{
    public static T Under<T>(string culture, Func<T> run)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            return run();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
