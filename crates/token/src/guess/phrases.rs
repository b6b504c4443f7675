//! Phrases for what columns hold, as names of columns are read: lower case, words put together,
//! Latin letters without accents. Languages are those of [`header`](super::header); the lists are our
//! own.

use super::GuessedRole;
use super::header::Hint;

/// Phrases by what they say, those of one meaning parted by blanks.
pub(super) type Phrases = [(Hint, &'static str)];

/// What a phrase says, if it is in a list.
pub(super) fn look_up(phrases: &Phrases, text: &str) -> Option<Hint> {
    phrases.iter().find(|(_, list)| list.split_whitespace().any(|phrase| phrase == text)).map(|(hint, _)| *hint)
}

/// Too short or too common to mean anything within a longer name.
pub(super) const WHOLE: &Phrases = &[
    (Hint::Role(GuessedRole::BirthYear), "by yb"),
    (Hint::Role(GuessedRole::BirthMonth), "bm mb month mois mes mese monat maand miesiac"),
    (Hint::Role(GuessedRole::BirthDay), "bd db day jour dia giorno tag dag dzien"),
    (
        Hint::Role(GuessedRole::GivenName),
        "fn first given imie \
         ad adi ten 名 ชือ",
    ),
    (
        Hint::Role(GuessedRole::FamilyName),
        "ln sn last family nom \
         ho 姓 สกุล اللقب",
    ),
    (Hint::Role(GuessedRole::MiddleName), "mn mi middle"),
    (
        Hint::Role(GuessedRole::BirthDate),
        "birth born birthday bdate naissance geb geboren nasc ddn dn \
         fodt 生日",
    ),
    (
        Hint::Role(GuessedRole::Postcode),
        "pc cap cp \
         kod τκ",
    ),
    (Hint::Role(GuessedRole::StreetNumber), "number hn house"),
    (Hint::Role(GuessedRole::FullName), "الاسم"),
    (
        Hint::Role(GuessedRole::City),
        "ort \
         stadur quan huyen townland kota desa ישוב עיר شهر ตำบล อำเภอ",
    ),
    (Hint::Role(GuessedRole::Email), "mail"),
    (Hint::Role(GuessedRole::NhsNumber), "nhs"),
    (
        Hint::Role(GuessedRole::NationalIdentifier),
        "chi \
         pnr fnr nif nie rut taj инн nik תז",
    ),
    (
        Hint::Name,
        "name names nome naam namn navn nm nimi nev isim \
         nafn nama 名前 이름 نام שם",
    ),
    (
        Hint::Person,
        "passenger passengers patient resident member pupil student employee prisoner convict soldier tenant client \
         customer applicant claimant deceased donor participant worker attendee guest voter person inmate player beneficiary \
         beneficiaries insured subscriber policyholder taxpayer candidate officer respondent householder elector \
         owner director farmer nominee holder borrower pensioner",
    ),
    (Hint::Role(GuessedRole::Truth), "label labels"),
    (Hint::OtherName, "maiden"),
    (
        Hint::Id,
        "id key no nr index idx unnamed \
         sorszam ردیف",
    ),
    (Hint::Role(GuessedRole::Age), "tuoi aldur umur usia سن العمر גיל อายุ"),
    (Hint::Role(GuessedRole::AddressLine), "utca cim"),
    (Hint::Role(GuessedRole::Phone), "sdt simi contact nohp"),
    (Hint::Role(GuessedRole::Sex), "nem neme kyn gioi phai jk kelamin пол מין"),
    (Hint::Role(GuessedRole::Occupation), "starf"),
];

/// What says something also as a part of a longer name.
pub(super) const PHRASES: &Phrases = &[
    (Hint::Role(GuessedRole::NhsNumber), "nhsnumber nhsno nhsnum nhsid nhsn newnhsno"),
    (
        Hint::Role(GuessedRole::GivenName),
        "givenname givennames givname firstname forename forenames fname gname christianname prenom prenoms vorname \
         nombre nombres voornaam voornamen fornamn fornavn namefirst namegiven namefrst foren firstnm imie jmeno prenume \
         primernombre etunimi etunimet keresztnev utonev krstnemeno eesnimi fstnm frstnm fstname frstname fnavn \
         eiginnafn nomeproprio namadepan ime имя ονομα שםפרטי الاسمالأول",
    ),
    (
        Hint::Role(GuessedRole::FamilyName),
        "surname surnames sname lname lastname familyname famname nachname familienname nomdefamille cognome apellido \
         apellidos achternaam sobrenome apelido efternamn efternavn etternavn namelast namefamily namesur lastnm \
         nazwisko prijmeni nume primerapellido familjenamn geschlechtsname nomfamille sukunimi vezeteknev \
         priezvisko prezime priimek soyadi perekonnanimi lstnm lstname enavn enamn nomnaissance nomdenaissance nomnaiss nompatronymique patronyme \
         eftirnafn kenninafn soyad csaladnev csaladinev namabelakang thirdname фамилия прізвище επωνυμο שםמשפחה นามสกุล نامخانوادگی اسمالعائلة",
    ),
    (
        Hint::Role(GuessedRole::MiddleName),
        "middlename middlenames midname midlname mname middleinitial middleinit secondname othername othernames othergivenname \
         othergivennames secondforename namemiddle otherforenames initials initial voorletters initialen midinit midinitial mdlname mdlnm midnm mdlinit \
         tendem отчество побатькові",
    ),
    (
        Hint::Role(GuessedRole::FullName),
        "fullname personname patientname wholename completename nomcomplet firstandsurname firstandlastname \
         firstandfamilyname firstlastname firstnamesurname forenamesurname namefull displayname shortname longname clientname customername \
         nompatient nomepaciente nmpaciente nmpacient nombrepaciente nomprenom nombrecompleto nomecompleto \
         volledigenaam vollername imienazwisko contactname fullnm nomprenoms nometprenom nometprenoms prenomnom fulltnavn fullstandigtnamn \
         hovaten hoten xingming adsoyad adisoyadi fulltnafn namalengkap namapasien namapeserta namapenuh ชือสกุล ชือนามสกุล نامونامخانوادگی الاسمالكامل שםמלא фио ονοματεπωνυμο 氏名 姓名 성명 환자명 フリガナ ふりがな カナ",
    ),
    (
        Hint::Role(GuessedRole::BirthDate),
        "dob dateofbirth birthdate birthdt dtofbirth birthdttm datebirth dobirth dateborn borndate geburtsdatum \
         datenaissance datedenaissance fechanacimiento fechadenacimiento datadinascita datanascita datanascimento \
         datadenascimento geboortedatum fodelsedatum fodselsdato foedselsdato fodelsedag persondob dtnasc \
         dtnascimento datanasc nascimento nacimiento fechanac fecnac fecnacimiento fnac datnaiss datenaiss dtnaiss naissance gebdat \
         gebdatum geborenam dataur dataurodzenia urodzenia narozeni datumnarozeni datanasterii brthdt brthdate birthdte fodtdato syntynyt \
         syntymaaika szuletesidatum szuletesiido datumnarodenia datumrodenja dogumtarihi \
         faedingardagur faedingard ngaysinh chushengriqi dogumtarih tanggallahir tgllahir tarikhlahir วันเกิด วันเดือนปีเกิด تاریختولد تاريخالميلاد תאריךלידה датарождения датанародження ημερομηνιαγεννησης 生年月日 出生日期 出生年月 생년월일",
    ),
    (
        Hint::Role(GuessedRole::BirthYear),
        "birthyear yearofbirth yob dobyear dobyr byear birthyr yrofbirth yearbirth yearborn geburtsjahr \
         anneenaissance anneedenaissance anneenaiss annodinascita annonascita anonascimento anonac anonacimiento geboortejaar gebjahr doby yeardob \
         rokurodzenia fodelsear \
         fodselsaar fodselsar foedselsaar faedingarar namsinh dogumyili godrodjenja szuletesiev годрождения",
    ),
    (
        Hint::Role(GuessedRole::Age),
        "age ages ageyears ageinyears birthage currentage alder alter alterjahre edad eta idade leeftijd wiek vek ika kor varsta yas \
         возраст 年齢 年龄 나이",
    ),
    (
        Hint::Role(GuessedRole::BirthMonth),
        "birthmonth monthofbirth mob dobmonth dobmt dobmo dobmon bmonth birthmo birthmon dobm monthdob geburtsmonat \
         moisnaissance moisdenaissance moisnaiss mesnascimento mesnacimiento mesedinascita geboortemaand",
    ),
    (
        Hint::Role(GuessedRole::BirthDay),
        "birthday dayofbirth dobday dobdy bday dobd daydob geburtstag journaissance jourdenaissance journaiss \
         dianascimento dianacimiento giornodinascita geboortedag",
    ),
    (Hint::Role(GuessedRole::DeathDate), "dod died dateofdeath deathdate regdateofdeath datedeath sterbedatum"),
    (
        Hint::Role(GuessedRole::Postcode),
        "postcode postcodes postalcode postalcd zip zipcode zipcd pcode pcd pcds pcdr postleitzahl plz codepostal \
         codigopostal codicepostale homeadd postnummer postnr cep eircode kodpocztowy psc postkod \
         postinumero iranyitoszam pincode postikood \
         postnumer postakodu kodepos codpostal codigopost индекс מיקוד کدپستی รหัสไปรษณีย 郵便番号 邮编 邮政编码 우편번호",
    ),
    (
        Hint::Role(GuessedRole::AddressLine),
        "address addressline addr addrline addressln streetaddress streetaddr fulladdress homeaddress residence street streetname strasse rue \
         calle adresse direccion indirizzo adres straat straatnaam via endereco logradouro domicilio anschrift \
         wohnanschrift ulica ulice osoite katuosoite gata gatuadress mailaddr mailaddress resstreetaddress housename road \
         heimilisfang heimili bosted bostad diachi dizhi lakcim lakhely адрес διευθυνση alamat ทีอยู نشانی آدرس العنوان כתובת רחוב 住所 住址 地址 주소",
    ),
    (
        Hint::Role(GuessedRole::StreetNumber),
        "streetnumber streetno streetnum stno housenumber houseno housenum housenr hausnummer hausnr huisnummer buildingnumber \
         numerocivico bldgnum nrdomu gatunummer premises",
    ),
    (
        Hint::Role(GuessedRole::City),
        "city town suburb locality municipality village placename place posttown cityname citydesc wohnort stadt ville \
         commune ciudad citta comune stad plaats woonplaats cidade municipio munic gemeinde gemeente kommun kommune gmina miasto \
         miejscowosc mesto mjesto kunta kotikunta paikkakunta obec telepules varos oras localitate localidad poblacion localite toimipaikka postitoimipaikka sogn socken bairro barrio \
         localita postort poststed parish settlement placeofresidence residenceplace \
         sveitarfelag quanhuyen phuongxa freguesia concelho kelurahan kecamatan المدينة город πολη 市区町村 城市",
    ),
    (
        Hint::Role(GuessedRole::County),
        "county state province region country bundesland provincia estado pays land statecd statecode canton \
         departement wojewodztwo kraj uf provincie maakunta fylke judet megye governorate amt lan landkreis landsdel \
         tinhthanh distrito kabupaten provinsi จังหวัด استان المحافظة 都道府県 省份",
    ),
    (
        Hint::Role(GuessedRole::Email),
        "email emailaddress emailaddr mailbox courriel correo eml \
         이메일",
    ),
    (
        Hint::Role(GuessedRole::Phone),
        "phone phonenumber phoneno phonenum telephone telephonenumber telephoneno tel telno mobile mobilenumber \
         mobileno cell cellphone contactnumber contactno telefon telefono telefone telefoon handy portable celular phn phnnbr phnno phonenbr telnbr puhelin puhelinnumero telefoonnummer telefonnummer mobil \
         telemovel sodienthoai dienthoai shouji telepon notelp โทรศัพท تلفن موبایل الهاتف טלפון телефон τηλεφωνο 電話 携帯 电话 手机 전화 휴대폰 핸드폰 연락처",
    ),
    (
        Hint::Role(GuessedRole::Sex),
        "sex gender gendercode sexcode geschlecht sexe sexo sesso geslacht sukupuoli cinsiyet kon kjonn kjoenn plec genre genero genere pohlavi \
         gioitinh xingbie jeniskelamin เพศ جنسیت الجنس стать φυλο 性別 性别 성별",
    ),
    (
        Hint::Role(GuessedRole::NationalIdentifier),
        "ssn socsecid socsec socialsecurity socialsecuritynumber socialsecurityno nationalid nationalidentifier \
         nationalinsurancenumber nino nationalinsurance personnummer bsn cprnumber chinumber medicare medicarenumber \
         medicareno medicaidid passport passportnumber passportno driverslicense driverlicense drivinglicence taxid \
         insurancenumber insuranceno voterregnum voterid ncid dni codicefiscale cpf ssnumber citizenid idnumber identitynumber \
         identitycard pesel aadhaar curp svnr ahvnr personalnumber personnumber numerosecu numsecu \
         kennitala fodselsnummer codfiscale kimlikno utente shenfenzheng cmnd cccd cedula noktp เลขประจำตัวประชาชน เลขบัตรประชาชน کدملی الرقمالوطني رقمالهوية מספרזהות תעודתזהות снилс паспорт 身份证 주민등록번호 주민번호",
    ),
    (
        Hint::Role(GuessedRole::Occupation),
        "occupation occup occ job jobtitle profession trade beruf metier ocupacion ocupacao profissao professione beroep zawod yrke employment stilling erhverv erwerb ammatti povolani foglalkozas mestiere \
         nghenghiep pekerjaan meslek 職業 职业 직업",
    ),
    (
        Hint::Role(GuessedRole::BirthPlace),
        "birthplace placeofbirth pob whereborn bornat bornin birthcity cityofbirth birthtown townofbirth birthcountry countryofbirth \
         birthcounty birthstate birthparish bplace bpl geburtsort lieunaissance lieudenaissance lugarnacimiento \
         luogodinascita luogonascita localnascimento geboorteplaats fodelseort fodested placebirth birthloc birthlocation lieunaiss birthplce fodesogn fodelseforsamling \
         miejsceurodzenia \
         faedingarstadur tempatlahir محلتولد noisinh quequan dogumyeri szuletesihely месторождения 出生地 籍贯",
    ),
    (
        Hint::Role(GuessedRole::RecordKey),
        "recid recordid uniqueid uid rowid rownumber rownum rowno recordkey recordno recordnumber recno epikey \
         pseudonym pseudoid studyid guid uuid lineno linenumber serial serialno serialnumber ledrid",
    ),
    (
        Hint::Role(GuessedRole::Truth),
        "cluster clusterid entity entityid entid trueid truth truthid matchid groupid dupid duplicateof goldid gold \
         trueperson personcluster tokenpersonid trueentity groundtruth matchgroup",
    ),
    (
        Hint::Id,
        "personid patientid clientid customerid memberid subjectid participantid individualid patid persid pid identity \
         患者番号 患者id 환자번호 등록번호",
    ),
    (
        Hint::Role(GuessedRole::RecordNote),
        // The first phrase is what files have in their headers.
        // tidy: allow(terms, a column's name as other programs write it)
        "dataset sourcedataset source sourcefile sourcesystem file filename created createdat createddate updated updatedat modified lastupdated \
         relationtohead relationshiptohead reltohead relatetohead relationtoheadofhousehold familiestilling familjestallning \
         timestamp registrationdate regdate registrdt loaddate extractdate snapshotdt version batch notes comment \
         comments remarks validfrom validto startdate enddate effectivefrom effectiveto datefrom dateto",
    ),
    (
        Hint::OtherName,
        "emergencycontact nextofkin nomusage nomdusage nommarital nommari geburtsname birthname namebirth \
         szuletesinev",
    ),
    (
        Hint::Known,
        "lopatid localpatientid localpatid hospitalnumber hospitalno mrn title salutation prefix suffix namesuffix nameprefix nameprefx namesufx ageatdeath latitude \
         longitude lat lon lng race ethnicity ethnos ethnic nationality nation citizenship nationalite staatsangehorigkeit religion maritalstatus marital mothertongue language \
         department dept ship ships vessel streetdir streetdirection streettype streetsuffix streetsufx unitnumber unitno \
         aptnumber aptno apartment pobox \
         anrede salutation civilite aanhef คำนำหนา",
    ),
];
